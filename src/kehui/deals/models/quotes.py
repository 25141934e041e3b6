"""What is wanted, frozen when it is sent, and what the seller asks for it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.deals.models.codes import QuoteState
from kehui.deals.models.deals import Deal
from kehui.people.models import Person


class QuoteRequest(models.Model):
    """What the buyer wants a price for (询价). Once sent it is not changed; the next is another."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="requests")
    number = models.PositiveSmallIntegerField(_("第几次"))
    wanted = models.TextField(_("要什么"), max_length=2000)
    indicators = models.JSONField(_("指标"), default=list)
    wanted_on = models.DateField(_("希望完成日期"), null=True, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("发出时间"))

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "number"], name="requests_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.deal} #{self.number}"


class Quote(models.Model):
    """A seller's price for a request (报价): staged until it is sent, binding from then on."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="quotes")
    request = models.ForeignKey(
        QuoteRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="quotes"
    )
    version = models.PositiveSmallIntegerField(_("版本"))
    state = models.CharField(
        _("状态"), max_length=12, choices=QuoteState.choices, default=QuoteState.STAGED
    )
    content = models.TextField(_("报价内容"), max_length=2000)
    amount_total_fen = models.BigIntegerField(_("总价"))
    amount_technical_fen = models.BigIntegerField(_("其中技术交易额"))
    days = models.PositiveSmallIntegerField(_("工期（天）"))
    valid_until = models.DateField(_("有效期至"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("拟定时间"))
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sentence = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "version"], name="quotes_are_numbered"),
            models.UniqueConstraint(
                fields=["deal"],
                condition=Q(state__in=[QuoteState.SENT, QuoteState.ACCEPTED]),
                name="one_quote_binds_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["deal"],
                condition=Q(state=QuoteState.STAGED),
                name="one_quote_in_the_making",
            ),
            models.CheckConstraint(
                condition=Q(amount_total_fen__gt=0)
                & Q(amount_technical_fen__gte=0)
                & Q(amount_technical_fen__lte=F("amount_total_fen")),
                name="the_technical_part_is_within_the_total",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[QuoteState.STAGED, QuoteState.WITHDRAWN])
                | Q(sent_at__isnull=False),
                name="only_a_staged_quote_was_never_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal} v{self.version}"
