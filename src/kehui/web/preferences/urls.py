from django.urls import path

from kehui.web.preferences import views

app_name = "preferences"
urlpatterns = [path("elder/", views.elder, name="elder")]
