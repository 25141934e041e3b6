"""Complaints and suggestions, from anybody."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.people.models import Person


class Complaint(models.Model):
    """Somebody complains or suggests something, and is owed an answer by a day (投诉与建议).

    Who brings it may have no account: a code, of which we keep the hash, opens the answer.
    """

    class Kind(models.TextChoices):
        FALSEHOOD = "falsehood", _("虚假信息")
        IMPERSONATION = "impersonation", _("冒名")
        HARASSMENT = "harassment", _("骚扰")
        PERSONAL_DATA = "personal_data", _("个人信息")
        SERVICE = "service", _("审核、答复和服务")
        SUGGESTION = "suggestion", _("建议")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        OPEN = "open", _("办理中")
        ESCALATED = "escalated", _("已转上级办理")
        ANSWERED = "answered", _("已答复")

    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    text = models.TextField(_("内容"), max_length=2000)
    about = models.CharField(_("有关的编号或网址"), max_length=200, blank=True)
    contact = models.CharField(_("联系方式"), max_length=80, blank=True)
    code_hash = models.BinaryField(max_length=32, unique=True)
    by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("提出人"),
    )
    filed_at = models.DateTimeField(_("提出时间"))
    due_on = models.DateField(_("应答复日期"))
    state = models.CharField(
        _("状态"), max_length=10, choices=State.choices, default=State.OPEN, db_default=State.OPEN
    )
    escalated_at = models.DateTimeField(_("转办时间"), null=True, blank=True)
    answer = models.TextField(_("答复"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints_answered",
        verbose_name=_("答复人"),
    )

    class Meta:
        verbose_name = _("投诉与建议")
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=~Q(state="answered"),
                name="complaints_that_wait",
            ),
            models.Index(fields=["-answered_at", "-id"], name="complaints_by_answer"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_complaint_says_something"),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False)
                | Q(answered_at=None, answered_by=None) & ~Q(state="answered"),
                name="answered_exactly_when_it_has_an_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state="escalated") | Q(escalated_at__isnull=False),
                name="escalated_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return what people call it by."""
        return f"TS{self.pk:06d}"
