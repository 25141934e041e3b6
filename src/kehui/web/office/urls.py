from django.urls import path

from kehui.web.office import desk, gate, merging, outbox, people, rights, running_urls, table_urls

app_name = "office"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("gate/", gate.queue, name="gate"),
    path("gate/<int:pk>/", gate.review, name="gate_review"),
    path("gate/<int:pk>/outcome/", gate.outcome, name="gate_outcome"),
    *table_urls.urlpatterns,
    path("outbox/", outbox.outbox, name="outbox"),
    *running_urls.urlpatterns,
    path("people/", people.people, name="people"),
    path("people/find/", merging.find, name="find_people"),
    path("people/doubles/", merging.doubles, name="doubles"),
    path("people/merge/", merging.merge, name="merge"),
    path("people/merge/decide/", merging.decide_merge, name="decide_merge"),
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
