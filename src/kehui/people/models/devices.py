"""Keys that browsers hold for their sessions."""

from allauth.usersessions.models import UserSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class DeviceKey(models.Model):
    """The public key of the one device on which a session was opened (设备密钥).

    The browser keeps the other half where no script can read it out. It goes with its session.
    """

    session = models.OneToOneField(
        UserSession, on_delete=models.CASCADE, related_name="device", verbose_name=_("登录")
    )
    public_key = models.BinaryField(_("公钥"), max_length=65)
    bound_at = models.DateTimeField(_("绑定时间"))
    used_at = models.DateTimeField(_("最近签名时间"), null=True)
    doubted_at = models.DateTimeField(_("发现异常的时间"), null=True)

    def __str__(self) -> str:
        return f"设备密钥 {self.pk}"
