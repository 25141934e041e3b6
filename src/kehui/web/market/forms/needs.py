"""The pages on which a need is written."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehui.market.models import NeedKind, PriceMode
from kehui.web.market.forms.files import FilesInput
from kehui.web.market.forms.inputs import (
    CategoryInput,
    DayInput,
    IndustryInput,
    MoneyInput,
    PlacesInput,
    ReadinessInput,
    TierInput,
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
    heading = _("要找什么")
    needed = ("kind",)

    kind = forms.ChoiceField(choices=NeedKind.choices, widget=forms.RadioSelect)

    def values(self, *, at: datetime) -> dict[str, Any]:
        return chosen(super().values(at=at), "kind")


class MatterPage(StepForm):
    slug = "matter"
    heading = _("说说这件事")
    lead = _("想到哪写到哪，都会存着。写得越具体，越容易找到对的人。")
    needed = ("title", "description")
    needed_by_kind = {"problem": ("background", "main_problem", "target")}

    title = forms.CharField(
        max_length=60, help_text=_("一句话说清要解决什么，6 到 60 个字。不写单位名称和电话。")
    )
    background = forms.CharField(
        max_length=1000,
        widget=lines(),
        help_text=_("在哪条线、哪个环节，现在是什么情况，影响有多大。"),
    )
    main_problem = forms.CharField(
        max_length=1000, widget=lines(), help_text=_("卡在哪里，最难的是什么。")
    )
    target = forms.CharField(max_length=1000, widget=lines(), help_text=_("做成什么样就算解决了。"))
    description = forms.CharField(
        max_length=3000,
        widget=lines(6),
        help_text=_("把整件事讲一遍，100 字以上。外行也能看懂对象、条件和限制就好。"),
    )
    tried = forms.CharField(
        max_length=1000,
        widget=lines(3),
        help_text=_("试过什么办法，为什么不行。省得别人走一遍老路。"),
    )
    attached = FilesInput(label=_("附件"))


class MoneyPage(StepForm):
    slug = "money"
    heading = _("预算与时间")
    needed = ("price_mode", "deadline")

    price_mode = forms.ChoiceField(
        label=_("怎么付费"), choices=PriceMode.choices, widget=forms.RadioSelect
    )
    price_fen = MoneyInput(label=_("出价"), help_text=_("选“明码标价”时填。"))
    negotiable_reason = forms.CharField(
        max_length=100, help_text=_("选“面议”时写一句，例如：要看样品难度。")
    )
    budget_low_fen = MoneyInput()
    budget_high_fen = MoneyInput()
    deadline = DayInput()
    deliverable = forms.CharField(
        max_length=200, help_text=_("例如：工艺方案一份、样机一台、检测报告。")
    )
    acceptance = forms.CharField(
        max_length=200, help_text=_("例如：连续运行 30 天，第三方检测达标。")
    )
    ip_wish = forms.CharField(max_length=100, help_text=_("例如：归我方；共有；可以谈。"))


class WhomPage(StepForm):
    slug = "whom"
    heading = _("找什么样的人")
    needed = ("category",)
    written_in = {"label": "category"}
    needed_by_kind = {"problem": ("industry",)}

    category = CategoryInput(label=_("类别与标签"))
    industry = IndustryInput(label=_("你的行业"))
    region_requirement = PlacesInput(help_text=_("对方要在哪里。一个都不选，就是全国都可以。"))
    trl = ReadinessInput(label=_("至少要多成熟"), nothing=_("不限"))

    def arrange(self) -> None:
        arrange_category(self)

    def values(self, *, at: datetime) -> dict[str, Any]:
        return with_label(super().values(at=at))


class ContactPage(StepForm):
    slug = "contact"
    heading = _("联系人与谁能看")
    needed = ("contact_name", "contact_channel", "tier", "terms")
    written_in = {"terms_accepted_at": "terms"}

    contact_name = forms.CharField(
        max_length=30, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_channel = forms.CharField(
        max_length=80,
        help_text=_("双方都同意约谈后才给对方看。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel"}),
    )
    tier = TierInput()
    hides_name = forms.BooleanField(help_text=_("约谈后对方才看到单位名称。"))
    terms = forms.BooleanField(
        label=_("内容属实，我有权发布，并同意按公开规则匹配和审核"),
    )

    def arrange(self) -> None:
        arrange_tier(self)
        accepted = getattr(self.item, "terms_accepted_at", None)
        self.initial["terms"] = accepted is not None  # never ticked for the author

    def values(self, *, at: datetime) -> dict[str, Any]:
        """Return the columns, and when the terms were accepted: once, or not any more."""
        values = chosen(super().values(at=at), "tier")
        accepted = getattr(self.item, "terms_accepted_at", None)
        values["terms_accepted_at"] = (accepted or at) if values.pop("terms", False) else None
        return values
