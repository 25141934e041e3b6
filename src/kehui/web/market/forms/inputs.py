"""Inputs that know our values: money in fen, days, words, places, categories."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kehui.core import dates, industries, money, regions
from kehui.core.errors import Refused
from kehui.market.models import Category, Tier
from kehui.web.facts_shown import TRL_WORDS

Grouped = list[tuple[str, list[tuple[str, str]]] | tuple[str, str]]

LONGEST_WORD = 20
MOST_WORDS = 10


class ParsedInput(forms.Field):
    """A line of text that our own code reads; what it cannot read stays in the line."""

    shape = "line"
    widget: type[forms.Widget] | forms.Widget = forms.TextInput
    longest = 40

    def read(self, text: str) -> Any:
        """Return what the text says."""
        raise NotImplementedError

    def nothing(self) -> Any:
        """Return what an empty line says."""
        return None

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return self.nothing()
        if len(text) > self.longest:
            raise ValidationError(_("太长了，请写短些。"), code="long")
        try:
            return self.read(text)
        except Refused as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "maxlength": str(self.longest)}


class MoneyInput(ParsedInput):
    """An amount in 万元, or with another unit written behind it; a whole number of fen inside."""

    shape = "money"
    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def read(self, text: str) -> int:
        return money.parse(text, unit="万元")

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        whole, rest = divmod(value, money.FEN_PER_WAN)
        return f"{whole}" + f".{rest:06d}".rstrip("0").rstrip(".")


class DayInput(ParsedInput):
    """A day; browsers offer a calendar, and 2026年11月21日 is understood too."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def read(self, text: str) -> date:
        return dates.parse(text)


class WordsInput(ParsedInput):
    """A few words in one line, apart by spaces or commas; a list inside."""

    longest = (LONGEST_WORD + 1) * MOST_WORDS

    def read(self, text: str) -> list[str]:
        words = [word for word in dict.fromkeys(re.split(r"[\s,，、;；]+", text)) if word]
        if any(len(word) > LONGEST_WORD for word in words):
            raise ValidationError(_("每个词最多 20 个字，词与词之间空一格。"), code="long")
        if len(words) > MOST_WORDS:
            raise ValidationError(_("最多 10 个词。"), code="many")
        return words

    def nothing(self) -> list[str]:
        return []

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value


class PlacesInput(forms.MultipleChoiceField):
    """Cities of the province this instance serves; none of them means the whole country."""

    shape = "choices"
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=cities, **options)

    def validate(self, value: Any) -> None:
        """Leave codes outside the list to the service: an import may have set one elsewhere."""


class CategoryInput(forms.ChoiceField):
    """Category and label in one list of groups; a pair of both inside."""

    shape = "picker"

    def to_python(self, value: Any) -> str:
        return str(value or "")

    def prepare_value(self, value: Any) -> Any:
        return value

    def clean(self, value: Any) -> Any:
        code, _bar, label = str(super().clean(value)).partition("|")
        return (Category.objects.filter(pk=code).first(), label) if code else (None, "")


class IndustryInput(forms.ChoiceField):
    """A division of GB/T 4754 under its section; a finer code set elsewhere stays."""

    shape = "picker"

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=industry_choices, **options)

    def validate(self, value: Any) -> None:
        """Leave codes outside the list to the service."""


class ReadinessInput(forms.TypedChoiceField):
    """A level of readiness with its words; nothing chosen is None."""

    shape = "line"

    def __init__(self, *, nothing: Any, **options: Any) -> None:
        levels = [
            (str(n), format_lazy("TRL {} · {}", n, lazy(words))) for n, words in TRL_WORDS.items()
        ]
        super().__init__(choices=[("", nothing), *levels], coerce=int, empty_value=None, **options)


class TierInput(forms.TypedChoiceField):
    """Who may read the details. Higher tiers are kept where they were set elsewhere."""

    shape = "choices"
    widget = forms.RadioSelect

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=[
                (Tier.PUBLIC.value, lazy("公开：谁都能看全文")),
                (Tier.VERIFIED.value, lazy("实名用户可见：其他人只看到标题、概述和预算")),
            ],
            coerce=int,
            empty_value=None,
            **options,
        )


def lines(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def cities() -> list[tuple[str, str]]:
    """Return the province and its cities of today."""
    here = settings.REGION
    below = regions.children(here, on=timezone.localdate())
    return [(here, _("全省") if below else regions.name_of(here))] + [
        (place.code, place.name) for place in below
    ]


def industry_choices() -> Grouped:
    """Return the divisions of GB/T 4754 under their sections."""
    tree = industries.tree()
    return [
        ("", _("请选择")),
        *(
            (section.name, [(each.code, each.name) for each in tree.children(section.code)])
            for section in tree.children()
        ),
    ]


def category_choices(kind: str) -> Grouped:
    """Return the labels of every category that knows this kind, under the category's name."""
    tops = Category.objects.filter(parent=None, kinds__contains=[kind])
    rows = Category.objects.filter(parent__in=tops).select_related("parent")
    return [("", _("请选择")), *_label_groups(rows)]


def _label_groups(rows: Iterable[Category]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for row in rows:
        labels = [(f"{row.code}|{label}", _(label)) for label in row.labels]
        top = row.parent.name if row.parent else ""
        yield f"{_(top)} · {_(row.name)}", [*labels, (f"{row.code}|", _("其他"))]
