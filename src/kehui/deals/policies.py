"""Who is what to a deal, and who may read it."""

from collections.abc import Iterable
from datetime import date

from kehui.deals.models import Deal, Move, Party, Role
from kehui.people import policies as people
from kehui.people.models import Person


def roles_of(person: Person, deal: Deal, *, today: date) -> frozenset[Role]:
    """Return what the person is to the deal: a party, or an agent of one."""
    return frozenset(
        Role(each.role) for each in deal.parties.all() if _stands_for(person, each, today=today)
    )


def may_read(person: Person | None, deal: Deal, *, today: date) -> bool:
    """Say whether the person may read the deal: its parties for ever, the steward they called."""
    if person is None:
        return False
    return person.pk == deal.steward_id or bool(roles_of(person, deal, today=today))


def may_make(move: Move, deal: Deal, roles: Iterable[Role]) -> bool:
    """Say whether somebody with these roles may make the move; states are asked elsewhere."""
    sides = {each.value for each in roles} & {Role.BUYER, Role.SELLER}
    actors = {*sides, "party", "both"} if sides else set()
    if deal.asked_by in sides:
        actors.add("asker")
    if sides - {deal.asked_by}:
        actors.add("answerer")
    return bool(actors & set(move.by))


def _stands_for(person: Person, party: Party, *, today: date) -> bool:
    if party.person_id == person.pk:
        return True
    return party.organization is not None and people.may_act_for(
        person, party.organization, today=today
    )
