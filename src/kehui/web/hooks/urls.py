from django.urls import path

from kehui.web.hooks import views

app_name = "hooks"
urlpatterns = [
    path("", views.hooks, name="hooks"),
    path("<int:pk>/", views.hook, name="hook"),
    path("<int:pk>/ping/", views.ping, name="ping"),
    path("<int:pk>/secret/", views.replace_secret, name="replace_secret"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/end/", views.end, name="end"),
    path("<int:pk>/deliveries/<int:delivery>/again/", views.send_again, name="send_again"),
]
