"""allauth's forms without its placeholders: what to enter stands above the field."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms


class Code(forms.TextInput):
    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})


class WithPlainCode(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget = Code()


class SignIn(WithPlainCode, AuthenticateForm):
    pass


class Again(WithPlainCode, ReauthenticateForm):
    pass


class SetUp(WithPlainCode, ActivateTOTPForm):
    pass
