"""Pages of allauth, under our addresses. Its names have no namespace, and lead to our doors."""

from allauth.account.views import reauthenticate
from django.urls import include, path

from kehui.web.people import doors

urlpatterns = [
    path("me/factors/", include("allauth.mfa.urls")),
    path("me/devices/", include("allauth.usersessions.urls")),
    path("me/again/", reauthenticate, name="account_reauthenticate"),
    path("sign-in/", doors.sign_in, name="account_login"),
    path("sign-in/", doors.sign_in, name="account_inactive"),
    path("sign-up/", doors.sign_up, name="account_signup"),
    path("sign-out/", doors.sign_out, name="account_logout"),
]
