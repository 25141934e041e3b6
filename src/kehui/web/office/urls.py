from django.urls import path

from kehui.web.office import desk, gate, people, rights, running_urls, table_urls

app_name = "office"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("gate/", gate.queue, name="gate"),
    path("gate/<int:pk>/", gate.review, name="gate_review"),
    path("gate/<int:pk>/outcome/", gate.outcome, name="gate_outcome"),
    *table_urls.urlpatterns,
    *running_urls.urlpatterns,
    path("people/", people.people, name="people"),
    path("people/<int:pk>/identify/", people.identify_person, name="identify_person"),
    path("people/<int:pk>/phone/", people.unmask_phone, name="unmask_phone"),
    path(
        "organizations/<int:pk>/identify/",
        people.identify_organization,
        name="identify_organization",
    ),
    path("seats/", people.seats, name="seats"),
    path("seats/<int:pk>/end/", people.end_seat, name="end_seat"),
    path("rights/", rights.table, name="rights"),
]
