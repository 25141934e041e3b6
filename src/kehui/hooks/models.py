"""Hooks, what they are to deliver, and how each try went."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.core.fields import UUID7Field
from kehui.people.models import Organization, Person

NAME_LENGTH = 40
ANSWER_LENGTH = 500


class Hook(models.Model):
    """An address that is told what happens to its owner's things (事件回调).

    Its owner is one person or one organization. The secrets are wrapped by a master key; two are
    valid for a day after one was replaced.
    """

    uid = UUID7Field()  # what the secrets are bound to
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="hooks"
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="hooks",
        verbose_name=_("单位"),
    )
    name = models.CharField(_("名称"), max_length=NAME_LENGTH)
    url = models.CharField(_("接收网址"), max_length=2_000)
    kinds = ArrayField(models.CharField(max_length=80), verbose_name=_("哪些事件"))
    secret = models.BinaryField(max_length=1_024)
    former_secret = models.BinaryField(max_length=1_024, null=True)
    former_until = models.DateTimeField(_("旧密钥有效至"), null=True, blank=True)
    made_at = models.DateTimeField(_("创建时间"))
    since = models.DateTimeField(_("从何时起"))  # what happened before is never delivered (again)
    succeeded_at = models.DateTimeField(_("上次送达"), null=True, blank=True)
    rest_until = models.DateTimeField(null=True, blank=True)  # after a failure, for a moment
    stopped_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    stopped_why = models.CharField(_("停用原因"), max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, organization__isnull=False)
                | Q(person__isnull=False, organization=None),
                name="a_hook_has_one_owner",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(url=""), name="a_hook_has_a_name_and_an_address"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None, stopped_why="")
                | (Q(stopped_at__isnull=False) & ~Q(stopped_why="")),
                name="a_hook_is_stopped_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message of one hook (回调消息): written once, each try sends the same bytes."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待送出")
        DONE = "done", _("已送达")
        FAILED = "failed", _("没有送达")

    uid = UUID7Field()
    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="deliveries")
    entry = models.BigIntegerField(_("账本条目"), null=True)  # none for a ping
    kind = models.CharField(_("事件"), max_length=80)
    body = models.TextField(_("内容"))
    made_at = models.DateTimeField(_("时间"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("次数"), default=0)
    due_at = models.DateTimeField(_("下次送出"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hook", "entry"], name="a_fact_is_told_once_by_a_hook"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state="waiting"), name="deliveries_that_wait"
            ),
            models.Index(fields=["hook", "-made_at"], name="deliveries_of_a_hook"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.hook_id}"


class Attempt(models.Model):
    """One try to deliver (投递记录): when, how long, and what was answered."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(_("时间"))
    status = models.PositiveSmallIntegerField(_("状态码"), null=True)  # none: nobody answered
    why = models.CharField(_("原因"), max_length=40, blank=True)
    milliseconds = models.PositiveIntegerField(_("用时"))
    answer = models.CharField(_("答复"), max_length=ANSWER_LENGTH, blank=True)

    class Meta:
        indexes = [models.Index(fields=["delivery", "at"], name="attempts_of_a_delivery")]

    def __str__(self) -> str:
        return f"{self.status or self.why}"
