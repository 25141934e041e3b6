"""What allauth asks of the site: how its words sound here, and where its secrets are kept."""

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kehui.people import services
from kehui.web.people.ways import client_address

UNKNOWN_ADDRESS = "::"


class Accounts(DefaultAccountAdapter):
    """Our own doors sign people in and up; allauth only asks for what comes after."""

    error_messages: ClassVar[Mapping[str, Any]] = DefaultAccountAdapter.error_messages | {
        "incorrect_password": _("密码不对。"),
        "too_many_login_attempts": _("尝试次数太多。请过五分钟再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or UNKNOWN_ADDRESS

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: whoever it concerns finds a notice in the inbox."""


class Factors(DefaultMFAAdapter):
    error_messages: ClassVar[Mapping[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("验证码不对，或已经用过。请等下一个再填。"),
        "cannot_delete_authenticator": _("工作人员必须保留一种第二步验证。"),
        "cannot_generate_recovery_codes": _("先设好一种第二步验证，再生成备用码。"),
    }

    def get_totp_issuer(self) -> str:
        return str(settings.BRAND)

    def _get_site_name(self) -> str:
        return str(settings.BRAND)

    def encrypt(self, text: str) -> str:
        return services.sealed_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        return services.opened_secret(encrypted_text)
