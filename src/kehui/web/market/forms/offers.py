"""The pages on which an offer is written."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehui.market.models import Offer, OfferKind, PriceMode
from kehui.web.market.forms.files import FilesInput
from kehui.web.market.forms.inputs import (
    CategoryInput,
    DayInput,
    IndustryInput,
    MoneyInput,
    PlacesInput,
    ReadinessInput,
    TierInput,
    WordsInput,
    lines,
)
from kehui.web.market.forms.steps import (
    StepForm,
    arrange_category,
    arrange_tier,
    chosen,
    with_label,
)


class KindPage(StepForm):
    slug = "kind"
    heading = _("能提供什么")
    needed = ("kind",)

    kind = forms.ChoiceField(choices=OfferKind.choices, widget=forms.RadioSelect)

    def values(self, *, at: datetime) -> dict[str, Any]:
        return chosen(super().values(at=at), "kind")


class MatterPage(StepForm):
    slug = "matter"
    heading = _("说说你的本事")
    lead = _("企业先看解决什么问题、比现有办法好多少。有数字就写数字。")
    needed = ("title", "problem_solved", "description")
    needed_by_kind = {"achievement": ("advantage",), "capacity": ("for_whom",)}

    title = forms.CharField(
        max_length=60, help_text=_("一句话说清能做什么，6 到 60 个字。不写单位名称和电话。")
    )
    problem_solved = forms.CharField(
        max_length=1000, widget=lines(), help_text=_("谁在什么场合遇到什么麻烦，你怎么解决。")
    )
    advantage = forms.CharField(
        max_length=1000,
        widget=lines(),
        help_text=_("和现有的哪种办法比，快多少、省多少、好多少。"),
    )
    for_whom = forms.CharField(max_length=200, help_text=_("例如：年产 5000 吨以上的泡菜厂。"))
    description = forms.CharField(
        max_length=3000,
        widget=lines(6),
        help_text=_("把做法、条件和限制讲一遍，100 字以上。核心诀窍不用写。"),
    )


class ProofPage(StepForm):
    slug = "proof"
    heading = _("凭什么信你")
    needed_by_kind = {"achievement": ("trl",), "high_tech": ("adopters", "evidence")}

    trl = ReadinessInput(nothing=_("还没有评过"))
    trl_evidence = forms.CharField(
        max_length=200, help_text=_("例如：2025 年在两家工厂跑过三个月。没有依据会标“自己申报”。")
    )
    trl_assessed_by = forms.CharField(max_length=80)
    trl_assessed_on = DayInput()
    adopters = forms.CharField(
        max_length=1000,
        widget=lines(3),
        help_text=_("哪类单位用过，效果如何。名称不便公开可以写类型。"),
    )
    evidence = forms.CharField(
        max_length=1000, widget=lines(3), help_text=_("检测报告、专利、鉴定意见，写名称和编号。")
    )
    attached = FilesInput(label=_("佐证材料"))


class FieldPage(StepForm):
    slug = "field"
    heading = _("属于哪一类")
    needed = ("category",)
    written_in = {"label": "category"}

    category = CategoryInput(label=_("类别与标签"))
    industry = IndustryInput(label=_("主要用在哪个行业"))
    keywords = WordsInput(help_text=_("几个行家会搜的词，中间空一格。"))

    def arrange(self) -> None:
        arrange_category(self)

    def values(self, *, at: datetime) -> dict[str, Any]:
        return with_label(super().values(at=at))


class TermsPage(StepForm):
    slug = "terms"
    heading = _("价格与时间")
    needed = ("price_mode",)

    price_mode = forms.ChoiceField(
        label=_("怎么收费"), choices=PriceMode.choices, widget=forms.RadioSelect
    )
    price_fen = MoneyInput(label=_("价格"), help_text=_("选“明码标价”时填。"))
    negotiable_reason = forms.CharField(
        max_length=100, help_text=_("选“面议”时写一句，例如：要看样品难度。")
    )
    price_low_fen = MoneyInput()
    price_high_fen = MoneyInput()
    regions_served = PlacesInput(help_text=_("一个都不选，就是全国都可以。"))
    capacity = forms.IntegerField(min_value=1, max_value=999)
    available_from = DayInput()

    def values(self, *, at: datetime) -> dict[str, Any]:
        return chosen(super().values(at=at), "capacity")


class ReadersPage(StepForm):
    slug = "readers"
    heading = _("单位意见与谁能看")
    needed = ("employer_consent", "tier")

    employer_consent = forms.ChoiceField(
        choices=Offer.Consent.choices,
        widget=forms.RadioSelect,
        help_text=_("在职人员接单，多数单位要先同意。没有说明也能发布，对方会看到“还没有说明”。"),
    )
    tier = TierInput()

    def arrange(self) -> None:
        arrange_tier(self)

    def values(self, *, at: datetime) -> dict[str, Any]:
        return chosen(chosen(super().values(at=at), "tier"), "employer_consent")
