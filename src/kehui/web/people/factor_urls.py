"""Pages of allauth under our addresses, with the methods they need and no more.

Its names have no namespace; those of signing in, up and out lead to our own doors.
"""

from allauth.account.views import reauthenticate
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as paper
from allauth.mfa.totp import views as phone
from allauth.mfa.webauthn import views as keys
from allauth.usersessions.views import list_usersessions
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from kehui.web.people import doors
from kehui.web.people.proofs import renewing

form = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns = [
    path("me/factors/", require_safe(factors.index), name="mfa_index"),
    path("me/factors/phone/", form(phone.activate_totp), name="mfa_activate_totp"),
    path("me/factors/phone/off/", form(phone.deactivate_totp), name="mfa_deactivate_totp"),
    path("me/factors/keys/", require_safe(keys.list_webauthn), name="mfa_list_webauthn"),
    path("me/factors/keys/add/", form(keys.add_webauthn), name="mfa_add_webauthn"),
    path("me/factors/keys/<int:pk>/", form(keys.edit_webauthn), name="mfa_edit_webauthn"),
    path("me/factors/keys/<int:pk>/off/", form(keys.remove_webauthn), name="mfa_remove_webauthn"),
    path(
        "me/factors/paper/", require_safe(paper.view_recovery_codes), name="mfa_view_recovery_codes"
    ),
    path(
        "me/factors/paper/new/",
        form(paper.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("me/devices/", form(list_usersessions), name="usersessions_list"),
    path("me/again/", form(renewing(reauthenticate)), name="account_reauthenticate"),
    path("me/again/code/", form(renewing(factors.reauthenticate)), name="mfa_reauthenticate"),
    path(
        "me/again/key/",
        form(renewing(keys.reauthenticate_webauthn)),
        name="mfa_reauthenticate_webauthn",
    ),
    path("sign-in/code/", form(factors.authenticate), name="mfa_authenticate"),
    path("sign-in/key/", form(keys.login_webauthn), name="mfa_login_webauthn"),
    path("sign-in/", doors.sign_in, name="account_login"),
    path("sign-in/", doors.sign_in, name="account_inactive"),
    path("sign-up/", doors.sign_up, name="account_signup"),
    path("sign-out/", doors.sign_out, name="account_logout"),
]
