"""The table of indicators: rows that come and go by submit buttons."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kehui.market.models import Indicator

PREFIX = "row"
MOST_ROWS = 12


class IndicatorRow(forms.Form):
    """One indicator; a row without name and target is not there."""

    use_required_attribute = False

    name = forms.CharField(label=_("指标"), max_length=40, required=False)
    current = forms.CharField(label=_("现在"), max_length=40, required=False)
    comparison = forms.ChoiceField(
        label=_("目标"), choices=Indicator.Comparison.choices, required=False
    )
    target = forms.DecimalField(
        label=_("目标值"), max_digits=18, decimal_places=6, required=False, localize=False
    )
    target_high = forms.DecimalField(
        label=_("目标上限（选“介于”时填）"), max_digits=18, decimal_places=6, required=False
    )
    unit = forms.CharField(label=_("单位"), max_length=20, required=False)
    verification = forms.CharField(label=_("怎么验收"), max_length=80, required=False)

    @property
    def is_blank(self) -> bool:
        return not any(
            self[name].data or self[name].value() if self.is_bound else self.initial.get(name)
            for name in ("name", "current", "target", "target_high", "unit", "verification")
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the target of a named row, and for the name of a row with a target."""
        cleaned = super().clean() or {}
        if self.is_blank:
            return cleaned
        if not cleaned.get("name"):
            self.add_error("name", _("写上指标的名称，例如：盐回收率。"))
        if cleaned.get("target") is None and "target" not in self.errors:
            self.add_error("target", _("写上目标值，只写数字。"))
        between = cleaned.get("comparison") == Indicator.Comparison.BETWEEN
        low, high = cleaned.get("target"), cleaned.get("target_high")
        if between and "target_high" not in self.errors and (high is None or (low or 0) >= high):
            self.add_error("target_high", _("选了“介于”，请写一个比目标值大的上限。"))
        return cleaned

    def mark_needed(self) -> None:
        """Let the labels say what a row needs; call it after the row was validated."""
        for name in ("name", "target"):
            self.fields[name].required = True

    def indicator(self) -> Indicator:
        values = dict(self.cleaned_data)
        if values["comparison"] != Indicator.Comparison.BETWEEN:
            values["target_high"] = None
        values["comparison"] = values["comparison"] or Indicator.Comparison.AT_LEAST
        return Indicator(**values)


def rows_of(indicators: Sequence[Indicator], *, blank: int = 0) -> list[IndicatorRow]:
    """Return a row for each indicator, and some blank ones."""
    written: list[dict[str, Any]] = [
        {name: _shown(getattr(each, name)) for name in IndicatorRow.base_fields}
        for each in indicators
    ]
    return _rows([*written, *({} for _row in range(blank))])


def typed_rows(data: QueryDict) -> list[IndicatorRow]:
    """Return the rows as they were typed, in order, at most as many as a table may have."""
    count = min(_number(data.get("rows", "0")), MOST_ROWS)
    return [IndicatorRow(data, prefix=f"{PREFIX}-{each}") for each in range(count)]


def without(rows: Sequence[IndicatorRow], place: int) -> list[IndicatorRow]:
    """Return what was typed but for one row."""
    return _rows([_typed(row) for at, row in enumerate(rows) if at != place])


def and_one_more(rows: Sequence[IndicatorRow]) -> list[IndicatorRow]:
    """Return what was typed and a blank row."""
    return _rows([*(_typed(row) for row in rows), {}][:MOST_ROWS])


def place_in(data: QueryDict) -> int:
    """Return which row's button was pressed."""
    return _number(data.get("remove", ""))


def _rows(initials: Sequence[dict[str, Any]]) -> list[IndicatorRow]:
    return [
        IndicatorRow(prefix=f"{PREFIX}-{at}", initial=initial)
        for at, initial in enumerate(initials)
    ]


def _typed(row: IndicatorRow) -> dict[str, Any]:
    return {name: row[name].data for name in row.fields}


def _shown(value: Any) -> Any:
    return f"{value.normalize():f}" if hasattr(value, "normalize") else value


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
