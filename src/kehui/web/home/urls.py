from django.urls import path

from kehui.web.home import complaints, installed, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/filed/", complaints.filed, name="complaint_filed"),
    path("complaints/status/", complaints.status, name="complaint_status"),
    path("app.webmanifest", installed.manifest, name="manifest"),
    path("worker.js", installed.worker, name="worker"),
    path("offline/", installed.offline, name="offline"),
]
