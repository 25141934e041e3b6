"""Studios: open, change, pause, hand over, choose the best works."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.core.models import Region
from kehui.ledger.services import record
from kehui.market import policies
from kehui.market.facts import StudioChanged, StudioOpened, StudioTransferred
from kehui.market.models import Offer, Side, State, Studio
from kehui.market.services.drafts import refuse_unfit, start_draft
from kehui.market.services.fields import ContactInText, UnknownValue, contact_in
from kehui.people.models import Organization, Person, Team

EDITABLE: Final = frozenset(
    {"name", "directions", "skills", "languages", "available_from", "weekly_hours", "region"}
)
MOST_BEST_WORKS: Final = 5
MOST_WEEKLY_HOURS: Final = 80
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
def open_studio(*, owner: Owner, person: Person, values: Mapping[str, Any], at: datetime) -> Studio:
    """Open the one studio of a person, a team or an organization.

    Raises:
        NotYourStudio: the person neither is nor leads nor acts for the owner.
        StudioExists: there is one already, perhaps since a moment.
    """
    if not policies.may_keep_studio(person, owner, today=dates.day_of(at)):
        raise NotYourStudio
    kind = _alone(owner)
    studio = Studio(
        **{kind: owner},
        name=owner.name,
        region=_region(owner),
        state=Studio.State.OPEN,
        opened_at=at,
        created_at=at,
    )
    _describe(studio, values)
    studio.save()
    record(StudioOpened(studio=studio.pk), actor=person.pk, at=at)
    return studio


@transaction.atomic
def start_offer(*, owner: Owner, person: Person, kind: str, at: datetime) -> Offer:
    """Begin an offer in the owner's studio, and open the studio with it if there is none yet."""
    studio = Studio.objects.filter(**{_kind(owner): owner}).first() or open_studio(
        owner=owner, person=person, values={}, at=at
    )
    draft = start_draft(
        side=Side.OFFER,
        kind=kind,
        holder=person,
        entered_by=person,
        organization=owner if isinstance(owner, Organization) else None,
        studio=studio,
        at=at,
    )
    assert isinstance(draft, Offer)  # the side says so  # noqa: S101
    return draft


@transaction.atomic
def edit_studio(
    *, studio: Studio, person: Person, values: Mapping[str, Any], at: datetime
) -> Studio:
    """Change what the studio says of itself."""
    mine = _mine(studio, person, at=at)
    _describe(mine, values)
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
def transfer_studio(*, studio: Studio, person: Person, to: Owner, at: datetime) -> Studio:
    """Hand the studio to another owner that the person may speak for; both stand in the ledger."""
    mine = _mine(studio, person, at=at)
    if not policies.may_keep_studio(person, to, today=dates.day_of(at)):
        raise NotYourStudio
    before, after = mine.owner, _alone(to)
    mine.person = mine.team = mine.organization = None
    setattr(mine, after, to)
    mine.save(update_fields=["person", "team", "organization"])
    record(
        StudioTransferred(
            studio=mine.pk,
            owner_before=f"{_kind(before)}:{before.pk}",
            owner_after=f"{after}:{to.pk}",
        ),
        actor=person.pk,
        at=at,
    )
    return mine


@transaction.atomic
def choose_best_works(
    *, studio: Studio, person: Person, offers: Sequence[Offer], at: datetime
) -> None:
    """Put these offers of the shelf in front, at most five; they replace those chosen before."""
    mine = _mine(studio, person, at=at)
    shelf = set(mine.shelf.filter(state=State.PUBLISHED).values_list("pk", flat=True))
    if len(offers) > MOST_BEST_WORKS or not {offer.pk for offer in offers} <= shelf:
        raise TooManyBestWorks
    mine.best_works.set(offers)
    record(StudioChanged(studio=mine.pk, state=mine.state), actor=person.pk, at=at)


def _mine(studio: Studio, person: Person, *, at: datetime) -> Studio:
    mine = Studio.objects.select_for_update().get(pk=studio.pk)
    if not policies.may_edit_studio(person, mine, today=dates.day_of(at)):
        raise NotYourStudio
    return mine


def _alone(owner: Owner) -> str:
    """Say which column names the owner, whose row is held so that two at once open one studio."""
    kind = _kind(owner)
    type(owner).objects.select_for_update(no_key=True).get(pk=owner.pk)
    if Studio.objects.filter(**{kind: owner}).exists():
        raise StudioExists
    return kind


def _region(owner: Owner) -> Region:
    if isinstance(owner, Team):
        return owner.host.region if owner.host else owner.lead.region
    return owner.region


def _describe(studio: Studio, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name not in EDITABLE:
            raise UnknownValue(field=name, label=name, value=value)
        setattr(studio, name, value.strip() if isinstance(value, str) else value)
    refuse_unfit(studio, EDITABLE.difference({"region"}))
    if (studio.weekly_hours or 0) > MOST_WEEKLY_HOURS:
        raise UnknownValue(
            field="weekly_hours", label=_label("weekly_hours"), value=studio.weekly_hours
        )
    for name in ("name", "directions"):
        if found := contact_in(getattr(studio, name)):
            raise ContactInText(field=name, label=_label(name), found=found)


def _label(field: str) -> str:
    return str(getattr(Studio._meta.get_field(field), "verbose_name", field))


def _kind(owner: Owner) -> str:
    return type(owner).__name__.lower()
