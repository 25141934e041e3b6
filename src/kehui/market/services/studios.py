"""Studios: open, change, pause, hand over, choose the best works."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.market import policies
from kehui.market.facts import StudioChanged, StudioOpened, StudioTransferred
from kehui.market.models import Offer, State, Studio
from kehui.people.models import Organization, Person, Team

EDITABLE: Final = frozenset(
    {"name", "directions", "skills", "languages", "available_from", "weekly_hours", "region"}
)
MOST_BEST_WORKS: Final = 5
MOVES: Final = {
    Studio.State.DRAFT: (Studio.State.OPEN, Studio.State.CLOSED),
    Studio.State.OPEN: (Studio.State.PAUSED, Studio.State.CLOSED),
    Studio.State.PAUSED: (Studio.State.OPEN, Studio.State.CLOSED),
    Studio.State.CLOSED: (Studio.State.OPEN,),
}

Owner = Person | Team | Organization


class StudioExists(Refused):
    code = "STUDIO_EXISTS"
    message = _("这里已经有一间工作室，直接打开它就行。")
    message_en = "There is a studio already; open that one."
    status = 409


class NotYourStudio(Refused):
    code = "NOT_YOUR_STUDIO"
    message = _("这间工作室不在你名下。")
    message_en = "This studio is not yours."
    status = 403


class IllegalMove(Refused):
    code = "STUDIO_STATE"
    message = _("“{before}”的工作室不能改成“{after}”。")
    message_en = "A studio cannot go from “{before}” to “{after}”."
    status = 409


class TooManyBestWorks(Refused):
    code = "TOO_MANY_BEST_WORKS"
    message = _("代表作最多选 5 件，且都要是本工作室已发布的。")
    message_en = "Choose at most 5 best works, all of them published by this studio."


@transaction.atomic
def open_studio(
    *, owner: Owner, person: Person, values: Mapping[str, Any], at: datetime
) -> Studio:
    """Open the one studio of a person, a team or an organization."""
    if not policies.may_keep_studio(person, owner, today=dates.day_of(at)):
        raise NotYourStudio
    kind = _kind(owner)
    type(owner).objects.select_for_update().get(pk=owner.pk)
    if Studio.objects.filter(**{kind: owner}).exists():
        raise StudioExists
    studio = Studio.objects.create(
        **{kind: owner},
        **_allowed(values),
        state=Studio.State.OPEN,
        opened_at=at,
        created_at=at,
    )
    record(StudioOpened(studio=studio.pk), actor=person.pk, at=at)
    return studio


@transaction.atomic
def edit_studio(
    *, studio: Studio, person: Person, values: Mapping[str, Any], at: datetime
) -> Studio:
    mine = _mine(studio, person, at=at)
    for name, value in _allowed(values).items():
        setattr(mine, name, value)
    mine.save()
    record(StudioChanged(studio=mine.pk, state=mine.state), actor=person.pk, at=at)
    return mine


@transaction.atomic
def move_studio(*, studio: Studio, person: Person, to: Studio.State, at: datetime) -> Studio:
    """Open, pause or close the studio."""
    mine = _mine(studio, person, at=at)
    before = Studio.State(mine.state)
    if to not in MOVES[before]:
        raise IllegalMove(before=before.label, after=to.label)
    mine.state = to
    mine.opened_at = mine.opened_at or at
    mine.save(update_fields=["state", "opened_at"])
    record(StudioChanged(studio=mine.pk, state=mine.state), actor=person.pk, at=at)
    return mine


@transaction.atomic
def transfer_studio(
    *, studio: Studio, person: Person, to: Owner, at: datetime
) -> Studio:
    """Hand the studio to another owner; both stand in the ledger."""
    mine = _mine(studio, person, at=at)
    before = mine.owner
    if Studio.objects.filter(**{_kind(to): to}).exclude(pk=mine.pk).exists():
        raise StudioExists
    mine.person = mine.team = mine.organization = None
    setattr(mine, _kind(to), to)
    mine.save(update_fields=["person", "team", "organization"])
    record(
        StudioTransferred(
            studio=mine.pk,
            owner_before=f"{_kind(before)}:{before.pk}",
            owner_after=f"{_kind(to)}:{to.pk}",
        ),
        actor=person.pk,
        at=at,
    )
    return mine


@transaction.atomic
def choose_best_works(
    *, studio: Studio, person: Person, offers: Sequence[Offer], at: datetime
) -> None:
    mine = _mine(studio, person, at=at)
    shelf = set(mine.shelf.filter(state=State.PUBLISHED).values_list("pk", flat=True))
    if len(offers) > MOST_BEST_WORKS or not {offer.pk for offer in offers} <= shelf:
        raise TooManyBestWorks
    mine.best_works.set(offers)


def _mine(studio: Studio, person: Person, *, at: datetime) -> Studio:
    mine = Studio.objects.select_for_update().get(pk=studio.pk)
    if not policies.may_edit_studio(person, mine, today=dates.day_of(at)):
        raise NotYourStudio
    return mine


def _allowed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in EDITABLE}


def _kind(owner: Owner) -> str:
    return type(owner).__name__.lower()
