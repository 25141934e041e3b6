"""Who is what to a deal, and who may read it."""

from collections.abc import Iterable
from datetime import date

from kehui.deals.models import Deal, Dispute, Move, Party, Role
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


def may_know_name(party: Party, deal: Deal, side: Role | None) -> bool:
    """Say whether a side may read who the party is: a need can hide it until both talk.

    Who asks to talk says who asks. `side` None is the steward or the judge.
    """
    return (
        side in (None, party.role)
        or party.role != Role.BUYER
        or deal.need is None
        or not deal.need.hides_name
        or deal.asked_by == Role.BUYER
        or deal.turns.filter(move="talk").exists()
    )


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


def may_decide_dispute(person: Person, deal: Deal, dispute: Dispute, *, today: date) -> bool:
    """Say whether the person may decide: an operator without any part in the deal.

    Neither a party nor who works for one, nor the steward who went along, nor who decided before.
    """
    parties = list(deal.parties.all())
    employers = {each.organization_id for each in parties} - {None}
    return (
        people.may_operate(person, today=today)
        and not any(_stands_for(person, each, today=today) for each in parties)
        and person.employer_id not in employers
        and person.pk not in (deal.steward_id, dispute.judge_id)
    )
