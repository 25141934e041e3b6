"""One topic a page: what every page of the wizard has in common."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

from django import forms
from django.utils.functional import Promise

from kehui.core.errors import Refused
from kehui.market.models import Need, Offer, Tier
from kehui.web.market.forms.inputs import CategoryInput, TierInput, category_choices


class StepForm(forms.Form):
    """A page of the wizard for one item.

    Nothing is obligatory while a draft is written, so no input refuses to be empty. What the page
    lacks is said by the service's rules and shown with `show`.
    """

    slug: ClassVar[str]
    heading: ClassVar[str | Promise]
    lead: ClassVar[str | Promise] = ""
    needed: ClassVar[tuple[str, ...]] = ()
    needed_by_kind: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    written_in: ClassVar[Mapping[str, str]] = {}  # columns whose input has another name
    kinds: ClassVar[tuple[str, ...]] = ()  # of the items that have this page; empty for all
    folded: ClassVar[tuple[str, ...]] = ()  # inputs few people need, behind a line that opens
    folded_title: ClassVar[str | Promise] = ""
    use_required_attribute = False

    def __init__(self, data: Any = None, files: Any = None, *, item: Need | Offer) -> None:
        self.item = item
        initial = {name: getattr(item, name, None) for name in self.base_fields}
        super().__init__(data, files, initial=initial)
        for name, field in self.fields.items():
            field.required = False
            column = next((each for each in item._meta.fields if each.name == name), None)
            if field.label is None and column is not None:
                field.label = column.verbose_name
        self.arrange()

    def arrange(self) -> None:
        """Fill in choices that depend on the item."""

    def values(self, *, at: datetime) -> dict[str, Any]:
        """Return what can be stored: the page's inputs that make sense by themselves."""
        del at  # one page dates a consent
        return {name: value for name, value in self.cleaned_data.items() if name != "attached"}

    @classmethod
    def input_of(cls, column: str | None) -> str:
        """Return the input in which the column is written, or nothing."""
        name = cls.written_in.get(column or "", column or "")
        return name if name in cls.base_fields else ""

    def show(self, faults: Iterable[Refused]) -> None:
        """Put faults that belong to this page at their inputs, one at each."""
        for fault in faults:
            name = self.input_of(fault.field)
            if name and name not in self.errors:
                self.add_error(name, str(fault))

    def open_inputs(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.folded]

    def folded_inputs(self) -> list[forms.BoundField]:
        return [self[name] for name in self.folded]

    @property
    def is_unfolded(self) -> bool:
        """Say whether a folded input holds something, or something is wrong with it."""
        return any(each.value() or each.errors for each in self.folded_inputs())

    def mark_needed(self) -> None:
        """Let labels say which inputs may stay empty; call it after the form was validated."""
        for name in (*self.needed, *self.needed_by_kind.get(self.item.kind, ())):
            if name in self.fields:
                self.fields[name].required = True


def arrange_category(form: StepForm) -> None:
    """Offer the categories of the item's kind, and choose what the item holds."""
    field = cast("CategoryInput", form.fields["category"])
    field.choices = category_choices(form.item.kind)
    form.initial["category"] = (
        f"{form.item.category_id}|{form.item.label}" if form.item.category_id else ""
    )


def arrange_tier(form: StepForm) -> None:
    """Keep a tier that this page does not offer: saving must not show what was shut."""
    field = cast("TierInput", form.fields["tier"])
    if form.item.tier > Tier.VERIFIED:
        tier = Tier(form.item.tier)
        offered: Any = field.choices
        field.choices = [*offered, (tier.value, tier.label)]


def with_label(values: dict[str, Any]) -> dict[str, Any]:
    """Take the pair of category and label apart."""
    if "category" in values:
        values["category"], values["label"] = values["category"]
    return values


def chosen(values: dict[str, Any], name: str) -> dict[str, Any]:
    """Leave out a choice that nobody made, so that the one before stands."""
    return {
        each: value for each, value in values.items() if each != name or value not in ("", None)
    }
