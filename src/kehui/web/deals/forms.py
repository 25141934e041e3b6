"""What people write in a negotiation; what cannot be read stays in its line."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kehui.deals.models import ContractKind, DeclineReason
from kehui.deals.services.contracts import MOST_STEPS, Part, Step, Terms
from kehui.deals.services.quotes import Price
from kehui.web.market.forms.inputs import DayInput, MoneyInput


class SureForm(forms.Form):
    """Nothing but the button."""


class SentenceForm(forms.Form):
    sentence = forms.CharField(label=_("说一句"), max_length=200, required=False)


class ReasonForm(forms.Form):
    sentence = forms.CharField(label=_("原因"), max_length=200, required=False)


class DeclineForm(forms.Form):
    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("为什么谢绝"), choices=DeclineReason.choices, widget=forms.RadioSelect
    )
    sentence = forms.CharField(
        label=_("补充一句"), max_length=200, required=False, help_text=_("对方会看到。")
    )


class RequestForm(forms.Form):
    use_required_attribute = False

    wanted = forms.CharField(
        label=_("要什么"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("范围、数量、交付物。需求里的指标会一起冻结在这次询价里。"),
    )
    wanted_on = DayInput(label=_("希望哪天完成"), required=False)


class QuoteForm(forms.Form):
    use_required_attribute = False

    content = forms.CharField(
        label=_("报价包含什么"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )
    amount_total = MoneyInput(label=_("总价"))
    amount_technical = MoneyInput(
        label=_("其中技术交易额"), help_text=_("登记技术合同时按这个数算，不大于总价。")
    )
    days = forms.IntegerField(label=_("工期（天）"), min_value=1, max_value=3650)
    valid_until = DayInput(label=_("有效期至"))

    def price(self) -> Price:
        told = self.cleaned_data
        return Price(
            content=told["content"],
            amount_total_fen=told["amount_total"],
            amount_technical_fen=told["amount_technical"],
            days=told["days"],
            valid_until=told["valid_until"],
        )


class ContractForm(forms.Form):
    use_required_attribute = False

    kind = forms.ChoiceField(label=_("合同类别"), choices=ContractKind.choices)
    subject = forms.CharField(
        label=_("标的：做什么、交付什么"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    amount_total = MoneyInput(label=_("成交额"))
    amount_technical = MoneyInput(label=_("其中技术交易额"))
    ownership = forms.CharField(
        label=_("知识产权归谁"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    acceptance = forms.CharField(label=_("怎么验收"), max_length=300)
    acceptance_days = forms.IntegerField(
        label=_("验收期限（天）"), min_value=1, max_value=365, initial=15
    )
    confidential_until = DayInput(label=_("保密至"), required=False)


class ChangeForm(ContractForm):
    change_reason = forms.CharField(
        label=_("为什么变更"), max_length=200, help_text=_("会写进新一版合同。")
    )


class Row(forms.Form):
    """A line of a table; one in which nothing stands is not there."""

    use_required_attribute = False
    needed: ClassVar[tuple[str, ...]] = ()

    def clean(self) -> dict[str, Any]:
        """Ask for what a line lacks in which something stands."""
        told = super().clean() or {}
        if any(told.get(each) for each in self.fields):
            for name in self.needed:
                if not told.get(name) and name not in self.errors:
                    self.add_error(name, _("这一行还差这一项。"))
        return told

    @property
    def is_blank(self) -> bool:
        return not any(self.cleaned_data.get(each) for each in self.fields)


class StepRow(Row):
    needed = ("name", "criterion", "due_on")

    name = forms.CharField(label=_("里程碑"), max_length=60, required=False)
    criterion = forms.CharField(label=_("完成标准"), max_length=200, required=False)
    due_on = DayInput(label=_("期限"), required=False)


class PartRow(Row):
    """A payment: with which milestone, from 1, none for an advance."""

    needed = ("amount", "due_on")

    amount = MoneyInput(label=_("付款"), required=False)
    step = forms.IntegerField(
        label=_("随第几个里程碑（不填为预付）"),
        min_value=1,
        max_value=MOST_STEPS,
        required=False,
    )
    due_on = DayInput(label=_("应付日期"), required=False)


class ResultRow(forms.Form):
    """What was measured of an indicator."""

    use_required_attribute = False

    measured = forms.CharField(label=_("实测"), max_length=60, required=False)
    is_met = forms.BooleanField(label=_("达到目标"), required=False)


class ReportForm(forms.Form):
    evidence = forms.CharField(
        label=_("完成了什么，凭什么看得出"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReturnForm(forms.Form):
    sentence = forms.CharField(label=_("要改什么"), max_length=200)
    fix_until = DayInput(label=_("整改期限"))


class ProofForm(forms.Form):
    proof = forms.CharField(label=_("付款凭证号或流水号"), max_length=80)


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("写清楚"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )


class SignForm(forms.Form):
    seen_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    has_read = forms.BooleanField(label=_("我已读完合同全文，代表本方签署"))


def terms_of(form: ContractForm, steps: Sequence[StepRow], parts: Sequence[PartRow]) -> Terms:
    """Return what was written, once all of it is valid."""
    told = form.cleaned_data
    return Terms(
        kind=told["kind"],
        subject=told["subject"],
        amount_total_fen=told["amount_total"],
        amount_technical_fen=told["amount_technical"],
        ownership=told["ownership"],
        acceptance=told["acceptance"],
        acceptance_days=told["acceptance_days"],
        confidential_until=told["confidential_until"],
        steps=[
            Step(**{name: each.cleaned_data[name] for name in ("name", "criterion", "due_on")})
            for each in steps
            if not each.is_blank
        ],
        parts=[
            Part(
                amount_fen=each.cleaned_data["amount"],
                due_on=each.cleaned_data["due_on"],
                step=each.cleaned_data["step"],
            )
            for each in parts
            if not each.is_blank
        ],
    )


def typed(kind: type[forms.Form], prefix: str, data: QueryDict) -> list[Any]:
    """Return the rows of a table as they were typed."""
    told = data.get(f"{prefix}-rows", "0")
    count = min(int(told) if told.isdecimal() and len(told) < 4 else 0, MOST_STEPS)
    return [kind(data, prefix=f"{prefix}-{place}") for place in range(count)]


def shown(
    kind: type[forms.Form], prefix: str, written: Sequence[Mapping[str, Any]], *, blank: int
) -> list[Any]:
    """Return a row for each of what is written, and some blank ones."""
    told = [*written, *({} for _row in range(blank))][:MOST_STEPS]
    return [kind(prefix=f"{prefix}-{place}", initial=dict(each)) for place, each in enumerate(told)]
