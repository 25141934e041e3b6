from django.urls import path

from kehui.web.office import people

app_name = "office"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/<int:pk>/identify/", people.identify_person, name="identify_person"),
    path(
        "organizations/<int:pk>/identify/",
        people.identify_organization,
        name="identify_organization",
    ),
    path("seats/", people.seats, name="seats"),
    path("seats/<int:pk>/end/", people.end_seat, name="end_seat"),
]
