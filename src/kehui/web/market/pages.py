"""The pages of one need, one offer, one studio."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from kehui.core import regions
from kehui.market import policies
from kehui.market.models import Item, Need, Offer, Side, State
from kehui.market.selectors import attachments, items
from kehui.matching import policies as matching_policies
from kehui.matching import services as matching
from kehui.people import selectors as people
from kehui.people.models import Person
from kehui.web import facts_shown
from kehui.web.fragments import wants_fragment
from kehui.web.market import screens
from kehui.web.market.details import details
from kehui.web.matching.advisers import advisers_of
from kehui.web.matching.shelf import Shelf, shelf_of

CHECKED = (State.ON_HOLD, State.SUBMITTED, State.PUBLISHED)


def reader_of(request: HttpRequest) -> Person | None:
    """Return the person who reads, if anybody signed in."""
    return request.user.person if request.user.is_authenticated else None


@require_GET
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a need: matches first to its owner, details first to everybody else."""
    today = timezone.localdate()
    reader = reader_of(request)
    found = get_object_or_404(items.visible_needs(reader, today=today), pk=pk)
    return render(request, "market/need.html", _context(request, found, reader, today=today))


@require_GET
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    reader = reader_of(request)
    found = get_object_or_404(items.visible_offers(reader, today=today), pk=pk)
    return render(request, "market/offer.html", _context(request, found, reader, today=today))


@require_GET
def matches(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the list of matches alone: what a fresh item's page asks for until it is there."""
    today = timezone.localdate()
    reader = reader_of(request)
    side = get_object_or_404(items.visible_items(reader, today=today), pk=pk).side
    visible = items.visible_needs if side == Side.NEED else items.visible_offers
    found: Need | Offer = visible(reader, today=today).get(pk=pk)
    if not matching_policies.may_see_matches(reader, found, today=today):
        raise Http404
    is_mine = reader is not None and policies.owns(reader, found, today=today)
    owner = reader if is_mine else None
    context = {"item": found, "shelf": _shelf(request, found, owner, today=today)}
    return render(request, "matching/_matches.html", context)


@require_GET
@vary_on_headers("HX-Request")
def experts(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who could advise on a need: compared now, so its page asks for the list by itself."""
    today = timezone.localdate()
    reader = reader_of(request)
    found = get_object_or_404(items.visible_needs(reader, today=today), pk=pk)
    if not (_seeks(found) and matching_policies.may_see_matches(reader, found, today=today)):
        raise Http404
    context = {
        "need": found,
        "advisers": advisers_of(found, show=_number(request, "show"), at=timezone.now()),
        "crumb": [
            {"label": str(found), "href": reverse("market:need", args=[pk])},
            {"label": _("可以请教的人")},
        ],
    }
    page = "_experts_list.html" if wants_fragment(request) else "experts.html"
    return render(request, f"matching/{page}", context)


@require_GET
def studio(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    reader = reader_of(request)
    found = get_object_or_404(items.visible_studios(reader, today=today), pk=pk)
    context = {
        "studio": found,
        "shelf": [facts_shown.card(each) for each in items.shelf(found)[:60]],
        "best_works": items.best_works(found),
        "is_mine": reader is not None and policies.may_edit_studio(reader, found, today=today),
        "role": facts_shown.role_of(found),
        "place": regions.full_name(found.region_id),
        "crumb": facts_shown.crumb_of_studio(found),
    }
    return render(request, "market/studio.html", context)


def _context(
    request: HttpRequest, item: Need | Offer, reader: Person | None, *, today: date
) -> dict[str, object]:
    is_mine = reader is not None and policies.owns(reader, item, today=today)
    sees_matches = matching_policies.may_see_matches(reader, item, today=today)
    return {
        "item": item,
        item.side: item,
        "number": facts_shown.number_of(item),
        "own_needs": _own_needs(reader, item, today=today),
        "is_mine": is_mine,
        **details(
            item,
            sees=policies.may_see_details(reader, item, today=today),
            files=attachments.seen_by(reader, item, today=today),
        ),
        "sees_matches": sees_matches,
        "shelf": _shelf(request, item, reader if is_mine else None, today=today)
        if sees_matches
        else None,
        "seeks_experts": sees_matches and _seeks(item),
        "crumb": facts_shown.crumb(item),
        "steps": facts_shown.steps(item),
        "key_facts": facts_shown.key_facts(item),
        "party": facts_shown.party(item, is_mine=is_mine),
        "checkup": screens.checkup(item) if is_mine and item.state in CHECKED else None,
        "review": item.reviews.order_by("-decided_at").first() if is_mine else None,
        "steward": next(iter(people.stewards_of(item.region_id, today=today)), None),
    }


def _own_needs(reader: Person | None, item: Need | Offer, *, today: date) -> list[Item]:
    """Return the reader's needs that an offer can be compared with."""
    if reader is None or isinstance(item, Need):
        return []
    mine = items.own_items(reader, today=today).filter(side=Side.NEED)
    return list(mine.filter(state__in=(State.PUBLISHED, State.SUBMITTED))[:20])


def _shelf(request: HttpRequest, item: Item, owner: Person | None, *, today: date) -> Shelf:
    """Return the matches to show, and note that the owner saw them; staff only looks on."""
    kind = request.GET.get("kind", "")
    shelf = shelf_of(item, kind=kind, show=_number(request, "show"), today=today)
    if owner is not None:
        matching.note_showings(
            shown=shelf.shown, side=Side(item.side), person=owner, at=timezone.now()
        )
    return shelf


def _seeks(item: Need | Offer) -> bool:
    """Say whether this is a need that still looks for somebody."""
    return isinstance(item, Need) and item.state in CHECKED


def _number(request: HttpRequest, name: str) -> int:
    """Return a small number asked for in the address, 0 for anything else."""
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() and len(asked) < 4 else 0
