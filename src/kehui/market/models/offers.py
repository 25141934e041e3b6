"""Offers, and the achievements some of them are made of."""

from collections.abc import Iterator
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.market.models.items import Item
from kehui.market.models.studios import Studio


class Offer(Item):
    """Something a person, team or organization can do or has (科技所能)."""

    class Consent(models.TextChoices):
        NOT_NEEDED = "not_needed", _("不需要单位同意")
        GIVEN = "given", _("单位已同意")
        UNKNOWN = "unknown", _("还没有说明")

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="offer"
    )
    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, related_name="shelf", verbose_name=_("工作室")
    )
    problem_solved = models.TextField(_("解决什么问题"), max_length=1000, blank=True)
    advantage = models.TextField(_("比什么好、好多少"), max_length=1000, blank=True)
    for_whom = models.CharField(_("适合谁"), max_length=200, blank=True)
    regions_served = ArrayField(
        models.CharField(max_length=24), default=list, blank=True, verbose_name=_("服务地区")
    )  # codes of GB/T 2260; empty means the whole country (全国)
    capacity = models.PositiveSmallIntegerField(_("同时能做几单"), default=1)
    available_from = models.DateField(_("最早可开始"), null=True, blank=True)
    trl_evidence = models.CharField(_("成熟度依据"), max_length=200, blank=True)
    trl_assessed_by = models.CharField(_("成熟度评定方"), max_length=80, blank=True)
    trl_assessed_on = models.DateField(_("评定日期"), null=True, blank=True)
    price_low_fen = models.BigIntegerField(_("参考价下限"), null=True, blank=True)
    price_high_fen = models.BigIntegerField(_("参考价上限"), null=True, blank=True)
    evidence = models.TextField(_("佐证材料说明"), max_length=1000, blank=True)
    adopters = models.TextField(_("已应用单位与效果"), max_length=1000, blank=True)
    employer_consent = models.CharField(
        _("单位意见"), max_length=12, choices=Consent.choices, default=Consent.UNKNOWN
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(price_low_fen=None)
                | Q(price_high_fen=None)
                | Q(price_low_fen__gt=0, price_high_fen__gte=F("price_low_fen")),
                name="a_price_band_runs_from_low_to_high",
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1), name="an_offer_can_serve_somebody"
            ),
        ]


class Achievement(models.Model):
    """A result with ownership and proof behind an offer (科技成果).

    `evaluation` holds texts by the names of `EVALUATED`; the date is one of ISO 8601.
    """

    class Stage(models.TextChoices):
        BASIC = "basic", _("基础研究")
        APPLIED = "applied", _("应用研究")
        DEVELOPMENT = "development", _("试验开发")

    class DealMode(models.TextChoices):
        TRANSFER = "transfer", _("转让")
        LICENSE = "license", _("许可")
        INVEST = "invest", _("作价入股")
        JOINT = "joint", _("合作开发")
        USE_FIRST = "use_first", _("先使用后付费")

    class Worth(models.TextChoices):
        """The five first-level values of GB/T 44731-2024."""

        SCIENCE = "science", _("科学价值")
        TECHNOLOGY = "technology", _("技术价值")
        ECONOMY = "economy", _("经济价值")
        SOCIETY = "society", _("社会和文化价值")
        TRANSFER = "transfer", _("转化推广潜力")

    offer = models.OneToOneField(
        Offer, on_delete=models.CASCADE, primary_key=True, related_name="achievement"
    )
    stage = models.CharField(_("成果类型"), max_length=12, choices=Stage.choices, blank=True)
    ownership = models.CharField(_("权属"), max_length=200, blank=True)
    completers = ArrayField(
        models.CharField(max_length=30), default=list, blank=True, verbose_name=_("完成人")
    )
    patents = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("专利号")
    )
    registration = models.CharField(_("成果登记号"), max_length=40, blank=True)
    doi = models.CharField("DOI", max_length=80, blank=True)
    ipc = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("IPC 分类号")
    )
    disciplines = ArrayField(
        models.CharField(max_length=7), default=list, blank=True, verbose_name=_("学科")
    )
    evaluation = models.JSONField(_("评价"), null=True, blank=True)
    deal_modes = ArrayField(
        models.CharField(max_length=12, choices=DealMode.choices),
        default=list,
        blank=True,
        verbose_name=_("转化方式"),
    )
    publicity = models.CharField(_("公示情况"), max_length=100, blank=True)

    def __str__(self) -> str:
        return str(self.offer)

    @property
    def says_anything(self) -> bool:
        return any(getattr(self, each.name) for each in self._meta.fields if each.name != "offer")

    def written(self) -> Iterator[tuple[str, str, str]]:
        """Yield what its author wrote freely: the field, its label, the text."""
        for name in ("ownership", "completers", "patents", "registration", "publicity"):
            value, field = getattr(self, name), self._meta.get_field(name)
            text = " ".join(value) if isinstance(value, list) else value
            yield name, str(getattr(field, "verbose_name", name)), text
        for name, text in (self.evaluation or {}).items():
            label = self.Worth(name).label if name in self.Worth.values else _("评价")
            yield f"evaluation_{name}", str(label), text


# What an evaluation tells, and how long each may be
EVALUATED: Final = {
    "standard": 40,
    **dict.fromkeys(Achievement.Worth.values, 120),
    "evaluator": 80,
    "date": 10,
}
