"""Who may do what with items and studios."""

from datetime import date

from kehui.market.models import Item, State, Studio, Tier
from kehui.people import policies as people
from kehui.people.models import Level, Organization, Person, Team

VISIBLE_TO_ALL = (State.PUBLISHED, State.CLOSED)


def owns(person: Person, item: Item, *, today: date) -> bool:
    """Say whether the item is the person's own, or of an organization the person acts for."""
    if person.pk in (item.holder_id, item.entered_by_id):
        return True
    return item.organization is not None and people.may_act_for(
        person, item.organization, today=today
    )


def may_see(person: Person | None, item: Item, *, today: date) -> bool:
    """Say whether the person may open the item's page at all; a draft is nobody else's business."""
    if item.state in VISIBLE_TO_ALL:
        return True
    if person is None:
        return False
    return owns(person, item, today=today) or (
        item.state != State.DRAFT and people.may_review(person, today=today)
    )


def may_see_details(person: Person | None, item: Item, *, today: date) -> bool:
    """Say whether the person may read what lies above the public tier."""
    if item.tier == Tier.PUBLIC:
        return True
    if person is None:
        return False
    if owns(person, item, today=today) or people.may_review(person, today=today):
        return True
    return item.tier == Tier.VERIFIED and person.level >= Level.V2


def may_see_files(person: Person | None, item: Item, *, today: date) -> bool:
    """Say whether the person may open the item's files: with its details, and never of a draft.

    Operators answer for what is kept here, so they may.
    """
    if item.state == State.DRAFT:
        return person is not None and owns(person, item, today=today)
    if people.may_operate(person, today=today):
        return True
    return may_see(person, item, today=today) and may_see_details(person, item, today=today)


def may_edit(person: Person, item: Item, *, today: date) -> bool:
    return owns(person, item, today=today)


def may_decide(person: Person, item: Item, *, today: date) -> bool:
    """Say whether the person may review the item: a reviewer who has no part in it."""
    return people.may_review(person, today=today) and not has_part(person, item, today=today)


def has_part(person: Person, item: Item, *, today: date) -> bool:
    """Say whether the item is the person's own, or of the organization the person works for."""
    works_there = item.organization_id is not None and item.organization_id == person.employer_id
    return works_there or owns(person, item, today=today)


def may_publish_for(person: Person, organization: Organization | None, *, today: date) -> bool:
    """Say whether the person may post for the organization, or for nobody else."""
    return organization is None or people.may_act_for(person, organization, today=today)


def may_keep_studio(person: Person, owner: Person | Team | Organization, *, today: date) -> bool:
    """Say whether the person may open or change a studio of this owner."""
    if isinstance(owner, Person):
        return owner.pk == person.pk
    if isinstance(owner, Team):
        return owner.lead_id == person.pk
    return people.may_act_for(person, owner, today=today)


def may_edit_studio(person: Person, studio: Studio, *, today: date) -> bool:
    return may_keep_studio(person, studio.owner, today=today)
