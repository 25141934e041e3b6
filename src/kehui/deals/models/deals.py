"""A deal, its parties, and every turn it took."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.core.fields import UUID7Field
from kehui.deals.models.codes import ENDED, DeclineReason, Role, State
from kehui.market.models import Need, Offer, Side, Tier
from kehui.people.models import Organization, Person


class Deal(models.Model):
    """What a buyer and a seller have with each other, from the first word to the end (对接).

    `due_on` is the last day of the present state: the day after, the clock ends what nobody moved.
    """

    uid = UUID7Field()
    title = models.CharField(_("标题"), max_length=60)
    need = models.ForeignKey(
        Need, on_delete=models.PROTECT, null=True, blank=True, related_name="deals"
    )
    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="deals"
    )
    asked_by = models.CharField(_("谁先提出"), max_length=12, choices=Role.choices)
    state = models.CharField(_("状态"), max_length=12, choices=State.choices)
    state_at = models.DateTimeField(_("进入此状态"))
    state_before = models.CharField(
        _("争议前状态"), max_length=12, choices=State.choices, blank=True
    )
    due_on = models.DateField(_("最后一天"), null=True, blank=True)
    decline_reason = models.CharField(
        _("谢绝原因"), max_length=12, choices=DeclineReason.choices, blank=True
    )
    tier = models.PositiveSmallIntegerField(
        _("保密级别"), choices=Tier.choices, default=Tier.PUBLIC
    )
    steward = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deals_accompanied",
        verbose_name=_("陪同的管家"),
    )
    flags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    source = models.CharField(_("来源"), max_length=20, blank=True)
    opened_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on"], condition=~Q(state__in=ENDED), name="open_deals_by_last_day"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "offer"],
                condition=~Q(state__in=ENDED),
                name="one_open_deal_per_pair",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="a_deal_is_in_a_state_of_the_graph"
            ),
            models.CheckConstraint(
                condition=(Q(state=State.DISPUTED) & ~Q(state_before=""))
                | (~Q(state=State.DISPUTED) & Q(state_before="")),
                name="only_a_dispute_knows_where_it_came_from",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.DECLINED) & ~Q(decline_reason=""))
                | (~Q(state=State.DECLINED) & Q(decline_reason="")),
                name="a_declined_deal_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False, due_on=None)
                | (~Q(state__in=ENDED) & Q(ended_at=None)),
                name="ended_exactly_when_it_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def asked_side(self) -> Side:
        return Side.NEED if self.asked_by == Role.BUYER else Side.OFFER


class Party(models.Model):
    """Who stands on which side of a deal: a person, for an organization or for oneself (当事方)."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="parties")
    role = models.CharField(_("角色"), max_length=12, choices=Role.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "role"], name="one_party_of_each_role"),
        ]

    def __str__(self) -> str:
        return str(self.organization or self.person)


class Turn(models.Model):
    """One move of a deal: from where to where, by whom, when, with which words (节点)."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="turns")
    move = models.CharField(_("动作"), max_length=20)
    before = models.CharField(max_length=12, choices=State.choices, blank=True)
    after = models.CharField(max_length=12, choices=State.choices)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=12, blank=True)
    sentence = models.CharField(_("说明"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.deal_id} {self.move}"
