"""What is told of an achievement, draft and published, and what can never stand."""

from typing import Any

import pytest
from tests.makers import make_person
from tests.market.writing import LATER, publish_offer, submit, write_need, write_offer

from kehui.core.dates import DayMalformed
from kehui.core.disciplines import SchemeMissing
from kehui.core.errors import Refused
from kehui.core.identifiers import DoiMalformed, IpcMalformed
from kehui.ledger.models import Entry
from kehui.market import services
from kehui.market.facts import ItemRevised
from kehui.market.models import Achievement, Offer, State
from kehui.market.services.achievements import NotAnAchievement
from kehui.market.services.drafts import NotYours
from kehui.market.services.fields import (
    ContactInText,
    NeedFieldMissing,
    TooLong,
    UnknownValue,
    ValueMalformed,
    faults_of,
)

pytestmark = pytest.mark.django_db
TOLD: dict[str, Any] = {
    "stage": "development",
    "ownership": "职务成果，归本校",
    "completers": ["李华", "", "王芳 "],
    "patents": ["ZL202310000001.1"],
    "registration": "9512023Y0123",
    "doi": "https://doi.org/10.1000/182",
    "ipc": ["c02f1/469", "C02F 1/469"],
    "disciplines": ["610.30", "61030", "52020"],
    "evaluation": {
        "standard": "GB/T 44731-2024",
        "science": "",
        "technology": "国内领先",
        "economy": "年增效益 300 万元",
        "evaluator": "省科技评估中心",
        "date": "2026年3月1日",
    },
    "deal_modes": ["license", "joint"],
    "publicity": "本校网站公示 15 日，无异议",
}


def achievement_offer(**values: Any) -> Offer:
    return write_offer(kind="achievement", trl=6, **values)


def tell(offer: Offer, **values: Any) -> Achievement:
    return services.describe_achievement(offer=offer, person=offer.holder, values=values, at=LATER)


def test_everything_told_is_kept_in_one_form() -> None:
    tell(achievement_offer(), **TOLD)

    kept = Achievement.objects.get()
    assert (kept.stage, kept.completers, kept.doi) == (
        "development",
        ["李华", "王芳"],
        "10.1000/182",
    )
    assert (kept.ipc, kept.disciplines) == (["C02F 1/469"], ["61030", "52020"])
    assert kept.evaluation == {
        "standard": "GB/T 44731-2024",
        "technology": "国内领先",
        "economy": "年增效益 300 万元",
        "evaluator": "省科技评估中心",
        "date": "2026-03-01",
    }
    assert Offer.objects.get().changed_at == LATER


def test_told_twice_it_is_kept_once_and_the_rest_stays() -> None:
    offer = achievement_offer()
    tell(offer, **TOLD)

    tell(offer, ownership="共有", doi="", evaluation=None)

    kept = Achievement.objects.get()
    assert (kept.ownership, kept.doi, kept.evaluation) == ("共有", "", None)
    assert kept.patents == TOLD["patents"]


@pytest.mark.parametrize(
    ("values", "field", "refusal"),
    [
        ({"stage": "finished"}, "stage", UnknownValue),
        ({"owner": "本校"}, "owner", UnknownValue),
        ({"ownership": "校" * 201}, "ownership", TooLong),
        ({"completers": ["李" * 31]}, "completers", ValueMalformed),
        ({"deal_modes": ["gift"]}, "deal_modes", ValueMalformed),
        ({"doi": "见论文"}, "doi", DoiMalformed),
        ({"ipc": ["TP391"]}, "ipc", IpcMalformed),
        ({"disciplines": ["0812"]}, "disciplines", SchemeMissing),
        ({"evaluation": {"beauty": "5"}}, "evaluation", UnknownValue),
        ({"evaluation": {"science": "好" * 121}}, "evaluation_science", TooLong),
        ({"evaluation": {"date": "上周"}}, "evaluation_date", DayMalformed),
    ],
)
def test_a_value_that_can_never_stand_is_refused_at_its_field(
    values: dict[str, Any], field: str, refusal: type[Refused]
) -> None:
    offer = achievement_offer()

    with pytest.raises(refusal) as caught:
        tell(offer, **values)

    assert caught.value.field == field
    assert Achievement.objects.count() == 0


def test_only_the_author_tells_and_only_of_an_achievement() -> None:
    offer, other = achievement_offer(), write_offer(kind="service")
    need: Any = write_need()  # what a door may hand over by mistake

    with pytest.raises(NotYours):
        services.describe_achievement(
            offer=offer, person=make_person(), values={"stage": "basic"}, at=LATER
        )
    with pytest.raises(NotAnAchievement):
        tell(other, stage="basic")
    with pytest.raises(NotAnAchievement):
        services.describe_achievement(offer=need, person=need.holder, values={}, at=LATER)


def test_an_achievement_of_which_nothing_is_told_asks_for_nothing() -> None:
    offer = achievement_offer()
    tell(offer, ownership="", completers=[])

    assert submit(offer).state == State.SUBMITTED


def test_whoever_tells_anything_says_the_stage_before_it_is_handed_in() -> None:
    offer = achievement_offer()
    tell(offer, ownership="本校")

    with pytest.raises(NeedFieldMissing) as caught:
        submit(offer)

    assert caught.value.field == "stage"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ownership": "问 13800000001"}, "ownership"),
        ({"completers": ["a@b.cn"]}, "completers"),
        ({"evaluation": {"economy": "见 www.kehui.cn"}}, "evaluation_economy"),
        ({"evaluation": {"evaluator": "微信 abcde1"}}, "evaluation_evaluator"),
    ],
)
def test_no_contact_leaves_the_desk(values: dict[str, Any], field: str) -> None:
    offer = achievement_offer()
    tell(offer, stage="basic", **values)

    with pytest.raises(ContactInText) as caught:
        submit(offer)

    assert caught.value.field == field


def test_what_was_told_before_the_kind_changed_is_asked_no_more() -> None:
    offer = achievement_offer()
    tell(offer, ownership="问 13800000001")
    services.save_draft(item=offer, person=offer.holder, values={"kind": "service"}, at=LATER)

    assert "stage" not in {
        each.field for each in faults_of(Offer.objects.get(), today=LATER.date())
    }


def test_a_published_offer_tells_more_with_a_new_revision() -> None:
    offer = publish_offer(kind="achievement", trl=6)

    tell(offer, **TOLD)

    offer.refresh_from_db()
    assert (offer.state, offer.revision) == (State.PUBLISHED, 2)
    assert Entry.objects.filter(kind=ItemRevised.kind).count() == 1


def test_a_published_offer_is_not_broken() -> None:
    offer = publish_offer(kind="achievement", trl=6)

    with pytest.raises(NeedFieldMissing):
        tell(offer, ownership="本校")

    offer.refresh_from_db()
    assert (offer.revision, Achievement.objects.count()) == (1, 0)
