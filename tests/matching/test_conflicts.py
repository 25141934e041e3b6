"""Parties with a common interest are never suggested to each other, from neither side.

A person is what an offer in the person's own studio is: barred together, or not at all.
"""

from datetime import timedelta

import pytest
from tests.makers import NOW, TODAY, make_organization, make_person, make_team
from tests.market.rows import put_studio
from tests.matching.pairs import AT, matched, need_of, offer_of, one_pair
from tests.matching.people import SALT, gathered, known_for

from kehui.market.models import Item, Need, Offer, Studio
from kehui.matching.models import Suggestion
from kehui.matching.selectors import conflicts, profiles, suggestions
from kehui.matching.services import accept_suggestion, build_index, decline_suggestion, match_item
from kehui.people.models import Organization, Person

pytestmark = pytest.mark.django_db


def listed(item: Item) -> list[int]:
    found = suggestions.suggested_for(item, today=TODAY)
    return [each.offer_id if item.side == "need" else each.need_id for each in found]


def studio_of(organization: Organization) -> Studio:
    return Studio.objects.create(
        name="单位的工作室", organization=organization, region=organization.region,
        state=Studio.State.OPEN, opened_at=NOW, created_at=NOW,
    )  # fmt: skip


def studio_hosted_by(organization: Organization) -> Studio:
    team = make_team(host=organization)
    return Studio.objects.create(
        name="团队的工作室", team=team, region=organization.region,
        state=Studio.State.OPEN, opened_at=NOW, created_at=NOW,
    )  # fmt: skip


def pair(how: str) -> tuple[Need, Offer]:
    """Return a need and an offer with a common interest of this kind, held by two people."""
    group = make_organization()
    firm = make_organization(parent=group)
    if how == "two of one employer":
        need = need_of("salt", make_person(employer=firm))
        return need, offer_of("salt", make_person(employer=firm))
    need = need_of("salt", organization=firm)
    offers = {
        "same organization": lambda: offer_of("salt", organization=firm),
        "the organization's studio": lambda: offer_of("salt", studio=studio_of(firm)),
        "employer": lambda: offer_of("salt", make_person(employer=firm)),
        "host of the team": lambda: offer_of("salt", studio=studio_hosted_by(firm)),
        "unit below": lambda: offer_of("salt", organization=make_organization(parent=firm)),
        "unit above": lambda: offer_of("salt", organization=group),
        "same holder": lambda: offer_of("salt", need.holder),
    }
    return need, offers[how]()


KINDS = (
    "same organization", "the organization's studio", "employer", "host of the team", "unit below",
    "unit above", "same holder", "two of one employer",
)  # fmt: skip


@pytest.mark.parametrize("how", KINDS)
def test_a_common_interest_is_found_from_both_sides(how: str) -> None:
    need, offer = pair(how)
    stranger, other = offer_of("salt"), need_of("salt")
    build_index(at=AT)

    match_item(item=need, at=AT)
    match_item(item=offer, at=AT)

    assert not Suggestion.objects.filter(need=need, offer=offer).exists()
    assert stranger.pk in listed(need)
    assert other.pk in listed(offer)


@pytest.mark.parametrize("how", KINDS)
def test_what_was_matched_before_it_was_known_is_not_shown(how: str) -> None:
    need, offer = pair(how)
    Suggestion.objects.create(
        need=need, offer=offer, score=80, order=80.0, parts=[], explanation={}, engine="test",
        from_need=True, made_at=AT,
    )  # fmt: skip

    assert listed(need) == []
    assert listed(offer) == []


def test_strangers_have_no_common_interest() -> None:
    firm, institute = make_organization(), make_organization()
    need = need_of("salt", make_person(employer=firm))
    offer = offer_of("salt", make_person(employer=institute))

    assert conflicts.barred(need, [offer.pk]) == set()
    assert conflicts.barred(offer, [need.pk]) == set()


def test_a_corpus_has_no_common_interest_with_anybody() -> None:
    holder = make_person(employer=make_organization())
    need, corpus = need_of("salt", holder, source="corpus:a"), need_of("bridge", holder)
    offer = offer_of("salt", holder, source="corpus:a")

    assert conflicts.barred(need, [offer.pk]) == set()
    assert conflicts.barred(corpus, [offer.pk]) == set()


def declared(suggestion: Suggestion, *, by: str) -> None:
    person = getattr(suggestion, by).holder
    decline_suggestion(suggestion=suggestion, person=person, reason="R14", at=AT)


@pytest.mark.parametrize("by", ["need", "offer"])
@pytest.mark.parametrize("is_of_a_firm", [True, False])
def test_a_declared_interest_covers_everything_of_both_parties(
    by: str, *, is_of_a_firm: bool
) -> None:
    firm = make_organization() if is_of_a_firm else None
    suggestion = one_pair(organization=firm)
    need, offer = suggestion.need, suggestion.offer
    again = need_of("salt", need.holder, organization=firm)
    more = offer_of("salt", offer.holder, studio=put_studio(offer.holder))
    stranger = offer_of("salt")
    declared(suggestion, by=by)
    build_index(at=AT + timedelta(minutes=5))

    for item in (need, again):
        match_item(item=item, at=AT)
        assert listed(item) == [stranger.pk]
    assert listed(more) == []


def test_a_mistake_is_taken_back_by_another_answer() -> None:
    suggestion = one_pair()
    declared(suggestion, by="need")
    assert listed(suggestion.need) == []

    accept_suggestion(
        suggestion=suggestion, person=suggestion.need.holder, at=AT + timedelta(minutes=1)
    )

    assert listed(suggestion.need) == [suggestion.offer_id]


def test_conflicts_do_not_crowd_out_the_others() -> None:
    """The engine is asked on until there are twenty without a common interest, or no more."""
    firm = make_organization()
    need = need_of("salt", organization=firm)
    for _ in range(25):
        offer_of("salt", make_person(employer=firm))
    strangers = {offer_of("bridge").pk for _ in range(3)}

    found = matched(need)

    assert {each.offer_id for each in found} == strangers


def advises(person: Person, need: Need) -> bool:
    """Say whether the person may be shown to the need; the need to the person, likewise."""
    gathered()
    free = profiles.free_to_advise(need, persons=[person.pk], offers=[], today=TODAY)
    apart = profiles.needs_apart(person, [need.pk], today=TODAY)
    assert (free == [person.pk]) == (apart == [need.pk])
    return bool(free)


@pytest.mark.parametrize("is_private", [True, False])
@pytest.mark.parametrize("where", ["at the same", "above", "below", "beside", "elsewhere"])
def test_whose_offers_are_barred_from_a_need_is_no_adviser(where: str, *, is_private: bool) -> None:
    group = make_organization()
    firm = make_organization(parent=group)
    employers = {
        "at the same": firm,
        "above": group,
        "below": make_organization(parent=firm),
        "beside": make_organization(parent=group),
        "elsewhere": make_organization(),
    }
    person = make_person(employer=employers[where])
    offer = offer_of("salt", person, studio=known_for(SALT, person))
    need = need_of("salt", make_person(employer=firm), organization=None if is_private else firm)
    is_free = where in {"beside", "elsewhere"}

    assert advises(person, need) == is_free
    assert (conflicts.barred(need, [offer.pk]) == set()) == is_free
    assert (conflicts.barred(offer, [need.pk]) == set()) == is_free


@pytest.mark.parametrize("by", ["need", "offer"])
@pytest.mark.parametrize("is_of_a_firm", [True, False])
def test_a_declared_interest_covers_the_advice_until_it_is_taken_back(
    by: str, *, is_of_a_firm: bool
) -> None:
    person, stranger = make_person(), make_person()
    known_for(SALT, stranger)
    need = need_of("salt", organization=make_organization() if is_of_a_firm else None)
    offer_of("salt", person, studio=known_for(SALT, person))
    (suggestion,) = matched(need)
    assert advises(person, need)

    declared(suggestion, by=by)
    assert not advises(person, need)
    assert advises(stranger, need)

    holder = getattr(suggestion, by).holder
    accept_suggestion(suggestion=suggestion, person=holder, at=AT + timedelta(minutes=1))
    assert advises(person, need)


def test_a_need_of_a_corpus_is_nobodys_own() -> None:
    firm = make_organization()
    person = make_person(employer=firm)
    known_for(SALT, person)

    assert advises(person, need_of("salt", organization=firm, source="corpus:a"))
