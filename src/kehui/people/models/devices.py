"""Keys that browsers hold for their sessions, and the devices and places accounts came from."""

from allauth.usersessions.models import UserSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehui.people.models.accounts import Account


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


class Arrival(models.Model):
    """A device and a block of addresses from which an account signed in (登录来处). One row each.

    The device is a keyed hash of a random mark in its browser, another for each account.
    """

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="arrivals", verbose_name=_("账号")
    )
    device = models.CharField(_("设备"), max_length=64)
    place = models.CharField(_("网段"), max_length=43)
    kind = models.CharField(_("设备种类"), max_length=60)
    first_at = models.DateTimeField(_("第一次登录"))
    last_at = models.DateTimeField(_("最近一次登录"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "device", "place"],
                name="an_account_has_one_row_for_a_device_at_a_place",
            ),
        ]
        indexes = [models.Index(fields=["last_at"], name="arrivals_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"
