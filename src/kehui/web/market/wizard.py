"""The pages of the wizard in their order, and where on them a fault belongs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehui.core.errors import Refused
from kehui.market import services
from kehui.market.models import Need, NeedKind, Offer, Side, State
from kehui.market.models.offers import EVALUATED
from kehui.market.selectors import items
from kehui.market.services import drafts
from kehui.market.services.fields import faults_of
from kehui.people.models import Person
from kehui.web.market.forms import needs, offers
from kehui.web.market.forms.achievements import AchievementPage
from kehui.web.market.forms.steps import StepForm

INDICATORS: Final = "indicators"
WITHOUT_INDICATORS: Final = (NeedKind.EXPERT, NeedKind.POP_SCIENCE)
PAGES: Final[dict[str, tuple[type[StepForm], ...]]] = {
    Side.NEED: (
        needs.KindPage,
        needs.MatterPage,
        needs.MoneyPage,
        needs.WhomPage,
        needs.ContactPage,
    ),
    Side.OFFER: (
        offers.KindPage,
        offers.MatterPage,
        offers.ProofPage,
        AchievementPage,
        offers.FieldPage,
        offers.TermsPage,
        offers.ReadersPage,
    ),
}
# A value that cannot stand takes its partner along, or the pair would still be wrong.
PARTNERS: Final = {
    "budget_low_fen": ("budget_high_fen",),
    "price_low_fen": ("price_high_fen",),
    "price_fen": ("price_mode",),
    "negotiable_reason": ("price_mode",),
    "price_mode": ("price_fen", "negotiable_reason"),
    **{f"evaluation_{name}": ("evaluation",) for name in EVALUATED},
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A page as the bar of steps and the list of pages show it."""

    slug: str
    label: str | Promise
    href: str
    state: str = "next"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A fault with a link to the input that heals it."""

    text: str
    href: str


def own(person: Person, pk: int) -> Need | Offer:
    """Return the person's own item; somebody else's is not there."""
    found = items.own_item(person, pk, today=timezone.localdate())
    if found is None:
        raise Http404
    return found


def is_out(item: Need | Offer) -> bool:
    """Say whether every change is a revision that others see."""
    return item.state in drafts.IN_THE_WORLD


def may_be_written(item: Need | Offer) -> bool:
    return item.state in (*drafts.AT_THE_DESK, *drafts.IN_THE_WORLD)


def slugs(item: Need | Offer) -> list[str]:
    """Return the pages of this item in order; what it is can change in a draft only."""
    pages = [page.slug for page in PAGES[item.side] if not page.kinds or item.kind in page.kinds]
    if item.side == Side.NEED and item.kind not in WITHOUT_INDICATORS:
        pages.insert(pages.index("money"), INDICATORS)
    return pages if item.state == State.DRAFT else pages[1:]


def page(item: Need | Offer, slug: str) -> type[StepForm]:
    """Return the form of this page.

    Raises:
        Http404: the item has no such page.
    """
    for each in PAGES[item.side]:
        if each.slug == slug and slug in slugs(item):
            return each
    raise Http404


def heading(item: Need | Offer, slug: str) -> str | Promise:
    if slug == INDICATORS:
        return gettext_lazy("用数字说清目标")
    return next(each.heading for each in PAGES[item.side] if each.slug == slug)


def address(item: Need | Offer, slug: str) -> str:
    return reverse("market:edit", args=[item.pk, slug])


def after(item: Need | Offer, slug: str) -> str:
    """Return the address of the page that follows: the preview at the end."""
    pages = slugs(item)
    place = pages.index(slug) + 1
    if place == len(pages):
        return reverse("market:preview", args=[item.pk])
    return address(item, pages[place])


def before(item: Need | Offer, slug: str) -> str:
    """Return the address of the page that leads here, or nothing on the first."""
    pages = slugs(item)
    place = pages.index(slug) - 1 if slug in pages else len(pages) - 1
    return address(item, pages[place]) if place >= 0 else ""


def steps(item: Need | Offer, now: str) -> list[Step]:
    """Return all pages and the preview; those without a gap are done."""
    bad = {place(item, fault.field)[0] for fault in faults(item)}
    pages = slugs(item)
    done = pages[: pages.index(now)] if now in pages else pages
    rows = [
        Step(
            slug=slug,
            label=heading(item, slug),
            href=address(item, slug),
            state="now" if slug == now else "done" if slug in done and slug not in bad else "next",
        )
        for slug in pages
    ]
    last = Step(
        slug="preview",
        label=_("预览提交"),
        href=reverse("market:preview", args=[item.pk]),
        state="now" if now == "preview" else "next",
    )
    return [*rows, last]


def faults(item: Need | Offer) -> list[Refused]:
    indicators = list(item.indicators.all()) if isinstance(item, Need) else []
    return faults_of(item, indicators=indicators, today=timezone.localdate())


def gaps(item: Need | Offer, found: list[Refused]) -> list[Gap]:
    """Return the faults in the order of the pages, each with a link to its input."""
    order = slugs(item)
    placed = [(*place(item, fault.field), str(fault)) for fault in found]
    placed.sort(key=lambda each: order.index(each[0]) if each[0] in order else len(order))
    return [
        Gap(text=text, href=f"{address(item, slug)}#id_{field}" if slug in order else "")
        for slug, field, text in placed
    ]


def place(item: Need | Offer, field: str | None) -> tuple[str, str]:
    """Return the page and the input of a column; two empty names if no page has it."""
    if field == INDICATORS:
        return INDICATORS, "row-0-name"
    for each in PAGES[item.side]:
        if name := each.input_of(field):
            return each.slug, name
    return "", ""


def store(
    item: Need | Offer, form: StepForm, person: Person, *, at: datetime
) -> tuple[Need | Offer, list[Refused]]:
    """Save what fits of a validated page, and return the item with what was refused.

    A draft takes every input that can stand, so that one wrong amount does not lose a paragraph.
    An item that is out changes as a whole or not at all.
    """
    values = {name: each for name, each in form.values(at=at).items() if name not in form.errors}
    if is_out(item) and form.errors:
        return item, []
    refused: list[Refused] = []
    while True:
        try:
            return _save(item, form, person, values, at=at), refused
        except Refused as refusal:
            found = getattr(refusal, "faults", [refusal])
            refused += found
            named = {name for fault in found for name in _taken(fault)} & values.keys()
            if is_out(item) or not named:
                return item, refused
            values = {name: each for name, each in values.items() if name not in named}


def _save(
    item: Need | Offer, form: StepForm, person: Person, values: dict[str, Any], *, at: datetime
) -> Need | Offer:
    if isinstance(form, AchievementPage) and isinstance(item, Offer):
        services.describe_achievement(offer=item, person=person, values=values, at=at)
        return own(person, item.pk)
    if is_out(item):
        return drafts.revise_item(item=item, person=person, values=values, at=at)
    return drafts.save_draft(item=item, person=person, values=values, at=at)


def _taken(fault: Refused) -> tuple[str, ...]:
    return (fault.field or "", *PARTNERS.get(fault.field or "", ()))
