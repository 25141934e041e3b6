from django.urls import path

from kehui.web.centers import keeping, library, pages

app_name = "centers"
OFFICE = "back-office/centers/"
urlpatterns = [
    path("centers/", pages.centers, name="centers"),
    path("centers/<int:pk>/", pages.center, name="center"),
    path(OFFICE, keeping.kept, name="kept"),
    path(f"{OFFICE}<int:pk>/", keeping.profile, name="profile"),
    path(f"{OFFICE}<int:pk>/close/", keeping.close, name="close"),
    path(f"{OFFICE}<int:pk>/hours/", keeping.hours, name="hours"),
    path(f"{OFFICE}<int:pk>/holidays/", keeping.note_holiday, name="note_holiday"),
    path(f"{OFFICE}<int:pk>/staff/", keeping.staff, name="staff"),
    path(f"{OFFICE}<int:pk>/staff/<int:seat>/end/", keeping.end_seat, name="end_seat"),
    path(f"{OFFICE}<int:pk>/standard/", keeping.check, name="standard"),
    path(f"{OFFICE}<int:pk>/library/", library.procedures, name="procedures"),
    path(
        f"{OFFICE}<int:pk>/library/<int:procedure>/withdraw/",
        library.withdraw,
        name="withdraw_procedure",
    ),
    path(f"{OFFICE}<int:pk>/policies/", library.policy_documents, name="policies"),
]
