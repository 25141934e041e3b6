from django.urls import path

from kehui.web.people import codes, devices, doors, organizations, teams

app_name = "people"
urlpatterns = [
    path("sign-in/", doors.sign_in, name="sign_in"),
    path("sign-in/by-code/", codes.ask, name="code"),
    path("sign-in/by-code/answer/", codes.answer, name="answer_code"),
    path("sign-in/by-code/account/", codes.which_account, name="which_account"),
    path("sign-up/by-code/", codes.join, name="join"),
    path("password/forgotten/", codes.forgot, name="forgot_password"),
    path("password/new/", codes.new_password, name="new_password"),
    path("sign-up/", doors.sign_up, name="sign_up"),
    path("sign-out/", doors.sign_out, name="sign_out"),
    path("me/devices/key/", devices.bind, name="bind_device"),
    path("me/again/<str:ticket>/go-on/", devices.go_on, name="go_on"),
    path("organizations/register/", organizations.register, name="register_organization"),
    path("organizations/<int:pk>/", organizations.organization, name="organization"),
    path("seats/<int:pk>/end/", organizations.end_seat, name="end_seat"),
    path("teams/new/", teams.found, name="found_team"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("teams/<int:pk>/leave/", teams.leave, name="leave_team"),
    path("teams/join/<str:token>/", teams.join, name="join_team"),
]
