"""When they do not agree: a dispute before an independent person, or an end by both."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.deals.models.codes import Role
from kehui.deals.models.deals import Deal
from kehui.people.models import Person


class Dispute(models.Model):
    """One side says that something is wrong (争议): both are heard, somebody else decides.

    A decision may be appealed once; then another person decides, for good.
    """

    class State(models.TextChoices):
        OPENED = "opened", _("等待双方陈述")
        HEARD = "heard", _("双方已陈述，等待裁定")
        DECIDED = "decided", _("已裁定，可申诉一次")
        APPEALED = "appealed", _("申诉中")
        CLOSED = "closed", _("已结束")

    class Outcome(models.TextChoices):
        RESUME = "resume", _("继续履行")
        ANNUL = "annul", _("解除合同")

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="disputes")
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.OPENED)
    opened_by = models.CharField(_("谁提出"), max_length=12, choices=Role.choices)
    complaint = models.TextField(_("争议事项"), max_length=1000)
    buyer_says = models.TextField(_("需求方陈述"), max_length=2000, blank=True)
    seller_says = models.TextField(_("供给方陈述"), max_length=2000, blank=True)
    hearing_due_on = models.DateField(_("陈述期限"))
    judge = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("裁定人"),
    )
    outcome = models.CharField(_("裁定"), max_length=12, choices=Outcome.choices, blank=True)
    grounds = models.TextField(_("理由"), max_length=2000, blank=True)
    opened_at = models.DateTimeField(_("提出时间"))
    decided_at = models.DateTimeField(_("裁定时间"), null=True, blank=True)
    appeal_by = models.CharField(_("谁申诉"), max_length=12, choices=Role.choices, blank=True)
    appeal = models.TextField(_("申诉理由"), max_length=1000, blank=True)
    appeal_until = models.DateField(_("申诉期限"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal"], condition=Q(closed_at=None), name="one_open_dispute_per_deal"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None)
                | (
                    ~Q(outcome="")
                    & ~Q(grounds="")
                    & Q(decided_at__isnull=False, judge__isnull=False)
                ),
                name="a_decision_has_a_judge_and_grounds",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None)),
                name="a_closed_dispute_knows_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal} · {self.get_state_display()}"


class Rescission(models.Model):
    """One side proposes to end a signed deal together (协商解除); the other agrees or not."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="rescissions")
    terms = models.TextField(_("解除约定"), max_length=2000)
    proposed_by = models.CharField(_("谁提出"), max_length=12, choices=Role.choices)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出时间"))
    answer = models.BooleanField(_("对方同意"), null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    sentence = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal"], condition=Q(answer=None), name="one_open_rescission_per_deal"
            ),
            models.CheckConstraint(
                condition=Q(answer=None, answered_at=None, answered_by=None)
                | Q(answer__isnull=False, answered_at__isnull=False, answered_by__isnull=False),
                name="an_answer_knows_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.deal)
