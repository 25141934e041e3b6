"""Six digits that prove who holds a phone or reads an address."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MOST_TRIES = 5


class Code(models.Model):
    """Digits sent to a phone or an address, good once and for some minutes (验证码).

    `ticket` is a hash of what one browser holds, so that nobody uses up the tries of another. The
    contact is sealed, the digits are a keyed hash: the row alone tells neither. It names no person.
    """

    class Use(models.TextChoices):
        ENTER = "enter", _("登录或注册")
        RESET = "reset", _("重设密码")
        CONTACT = "contact", _("确认联系方式")

    class Way(models.TextChoices):
        PHONE = "phone", _("手机短信")
        EMAIL = "email", _("电子邮件")

    ticket = models.CharField(max_length=64, unique=True)
    use = models.CharField(_("用途"), max_length=10, choices=Use.choices)
    way = models.CharField(_("渠道"), max_length=10, choices=Way.choices)
    contact = models.CharField(_("发往"), max_length=1000)
    digits = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(_("试过几次"), default=0)
    asked_at = models.DateTimeField(_("请求时间"))
    expires_at = models.DateTimeField(_("失效时间"))
    used_at = models.DateTimeField(_("答对时间"), null=True, blank=True)
    spent_at = models.DateTimeField(_("用掉时间"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tries__lte=MOST_TRIES), name="a_code_is_tried_five_times"
            ),
            models.CheckConstraint(
                condition=Q(spent_at=None) | Q(used_at__isnull=False),
                name="a_code_is_answered_before_it_is_spent",
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], name="codes_by_time")]

    def __str__(self) -> str:
        return f"{self.use} {self.pk}"
