"""What offers and needs have in common: an item of the market, and its states."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from kehui.core.fields import UUID7Field
from kehui.market.models.categories import Category
from kehui.market.models.codes import (
    LINE_OF,
    Bucket,
    CloseReason,
    NeedKind,
    OfferKind,
    PriceMode,
    ServiceLine,
    Side,
    State,
    Tier,
)
from kehui.people.models import Organization, Person

models.CharField.register_lookup(Length)
models.TextField.register_lookup(Length)

TITLE_LENGTH = (6, 60)
DESCRIPTION_LENGTH = (100, 3000)
UNFINISHED = Q(state=State.DRAFT)
# The source of texts that an operator loaded to try the engine on. They were never meant as items
# of this market: short or without a description, kept out of every figure.
CORPUS = "corpus:"
OF_A_CORPUS = Q(source__startswith=CORPUS, bucket=Bucket.QUARANTINED)


class Item(models.Model):
    """An offer or a need (供需信息): what both share. Drafts may be incomplete, nothing else may.

    Progress (matched, negotiating, contracted) is never stored here: it is derived from matches,
    negotiations and deals.
    """

    uid = UUID7Field()
    side = models.CharField(_("供需"), max_length=5, choices=Side.choices)
    kind = models.CharField(_("类型"), max_length=20)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("类别")
    )
    label = models.CharField(_("标签"), max_length=20, blank=True)
    title = models.CharField(_("标题"), max_length=TITLE_LENGTH[1], blank=True)
    description = models.TextField(_("描述"), max_length=DESCRIPTION_LENGTH[1], blank=True)
    industry = models.CharField(_("行业"), max_length=5, blank=True)
    keywords = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    region = models.ForeignKey(
        "core.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("所在地")
    )
    price_mode = models.CharField(
        _("价格方式"), max_length=12, choices=PriceMode.choices, blank=True
    )
    price_fen = models.BigIntegerField(_("价格"), null=True, blank=True)
    negotiable_reason = models.CharField(_("面议原因"), max_length=100, blank=True)
    tier = models.PositiveSmallIntegerField(
        _("谁能看详情"), choices=Tier.choices, default=Tier.PUBLIC
    )
    trl = models.PositiveSmallIntegerField(_("成熟度"), null=True, blank=True)

    holder = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="items", verbose_name=_("负责人")
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("单位"),
    )
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="items_entered", verbose_name=_("录入人")
    )
    client_confirmed_at = models.DateTimeField(_("本人确认时间"), null=True, blank=True)

    state = models.CharField(
        _("状态"), max_length=10, choices=State.choices, default=State.DRAFT, db_index=True
    )
    bucket = models.CharField(
        _("计数"), max_length=12, choices=Bucket.choices, default=Bucket.COUNTED
    )
    flags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    # Numbers of what is written; items that repeat each other share one (selectors.doubles)
    bands = ArrayField(models.IntegerField(), default=list, blank=True, editable=False)
    revision = models.PositiveIntegerField(_("修订"), default=1)
    created_at = models.DateTimeField(_("创建时间"))
    changed_at = models.DateTimeField(_("改动时间"), db_index=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    renewals = models.PositiveSmallIntegerField(_("续期次数"), default=0)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    close_reason = models.CharField(
        _("办结原因"), max_length=20, choices=CloseReason.choices, blank=True
    )
    contact_asked_at = models.DateTimeField(_("询问联系人时间"), null=True, blank=True)
    contact_answered_at = models.DateTimeField(_("联系人答复时间"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=40, blank=True)
    external_id = models.CharField(_("来源编号"), max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["side", "-published_at"],
                condition=Q(state=State.PUBLISHED),
                name="published_items_newest_first",
            ),
            models.Index(fields=["holder", "state"], name="items_of_a_person"),
            models.Index(fields=["region"], name="items_of_a_place"),
            models.Index(
                fields=["valid_until"],
                condition=Q(state=State.PUBLISHED),
                name="published_items_by_last_day",
            ),
            GinIndex(fields=["keywords"], name="items_by_keyword"),
            GinIndex(fields=["bands"], name="items_that_may_be_alike"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(side=Side.OFFER, kind__in=OfferKind.values)
                | Q(side=Side.NEED, kind__in=NeedKind.values),
                name="a_kind_belongs_to_its_side",
            ),
            models.CheckConstraint(
                condition=UNFINISHED
                | Q(
                    title__length__range=TITLE_LENGTH,
                    description__length__range=DESCRIPTION_LENGTH,
                    submitted_at__isnull=False,
                )
                | (OF_A_CORPUS & ~Q(title="") & Q(submitted_at__isnull=False)),
                name="only_drafts_are_incomplete",
            ),
            models.CheckConstraint(
                condition=UNFINISHED
                | Q(price_mode=PriceMode.FIXED, price_fen__gt=0)
                | (Q(price_mode=PriceMode.NEGOTIATED, price_fen=None) & ~Q(negotiable_reason="")),
                name="a_price_or_a_reason_for_none",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED)
                | Q(published_at__isnull=False, valid_until__isnull=False),
                name="nothing_is_published_without_an_end",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.CLOSED) & ~Q(close_reason="") & Q(closed_at__isnull=False))
                | (~Q(state=State.CLOSED) & Q(close_reason="", closed_at=None)),
                name="closed_exactly_when_it_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(trl=None) | Q(trl__range=(1, 9)), name="readiness_is_1_to_9"
            ),
            models.CheckConstraint(condition=Q(tier__range=(0, 3)), name="there_are_tiers_0_to_3"),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="an_imported_row_makes_one_item",
            ),
            models.CheckConstraint(
                condition=Q(revision__gte=1) & Q(changed_at__gte=F("created_at")),
                name="an_item_changes_after_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("未命名草稿"))

    @property
    def line(self) -> ServiceLine:
        return LINE_OF[self.kind]

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def kind_label(self) -> str:
        kinds = OfferKind if self.side == Side.OFFER else NeedKind
        return str(kinds(self.kind).label)
