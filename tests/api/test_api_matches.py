from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.api.calling import Program, problem
from tests.makers import make_operator, make_person
from tests.market.writing import publish_need, publish_offer
from tests.matching.pairs import AT, need_of, offer_of
from tests.matching.people import SALT, gathered, known_for

from kehui.market.models import Indicator, Item, Need, Offer, State, Tier
from kehui.matching import services
from kehui.matching.models import Interest, Showing, StudioExposure, Suggestion

pytestmark = pytest.mark.django_db
SECRET = "藏在分级里的一句话"
EXPLANATION = {
    "common": ["盐回收"],
    "missing": ["结垢"],
    "hidden": [],
    "constraints": [
        {
            "code": "BUDGET",
            "verdict": "met",
            "values": {"asked_fen": 45_000_000, "budget_fen": 100_000_000},
        }
    ],
    "distance_km": None,
    "encoder": "test 1",
    "passages": [{"side": "offer", "field": "title", "text": "盐回收工艺", "spans": [[0, 3]]}],
}
PARTS = [{"name": "tech", "got": 30, "most": 40}, {"name": "budget", "got": 5, "most": 5}]


def suggest(need: Need, offer: Offer, *, score: int = 35, **changes: object) -> Suggestion:
    return Suggestion.objects.create(
        need=need,
        offer=offer,
        score=score,
        order=float(score),
        parts=PARTS,
        explanation={**EXPLANATION, **changes},
        engine="test",
        from_need=True,
        made_at=timezone.now(),
    )


def test_the_owner_reads_a_match_with_its_argument_as_data() -> None:
    need, offer = publish_need(), publish_offer()
    suggest(need, offer)

    told = Program(need.holder).get(f"/needs/{need.pk}/matches").json()

    (match,) = told["items"]
    assert (told["next"], match["score"], match["counterpart"]["id"]) == (None, 35, offer.pk)
    assert match["ranker"] == ""
    why = match["explanation"]
    assert sum(part["got"] for part in why["parts"]) == match["score"]
    assert [part["label"] for part in why["parts"]] == ["技术内容", "预算"]
    assert why["constraints"][0]["values"]["asked_fen"] == 45_000_000
    assert (why["missing"], why["common"]) == (["结垢"], ["盐回收"])
    assert why["passages"] == [
        {"side": "offer", "field": "title", "text": "盐回收工艺", "spans": [[0, 3]]}
    ]
    assert why["sentences"][0]["verdict"] == "yes"
    assert all(each["title"] and each["text"] for each in why["sentences"])


def test_the_other_side_reads_the_same_match_from_its_offer() -> None:
    need, offer = publish_need(), publish_offer()
    suggest(need, offer)
    Suggestion.objects.update(need_answer="accepted")

    told = Program(offer.holder).get(f"/offers/{offer.pk}/matches").json()

    (match,) = told["items"]
    assert match["counterpart"]["id"] == need.pk
    assert (match["my_answer"], match["their_answer"]) == ("", "accepted")


def test_strangers_find_no_matches_and_staff_does() -> None:
    need, offer = publish_need(), publish_offer()
    suggest(need, offer)

    for program in (Program(make_person()), Program(offer.holder)):
        assert problem(program.get(f"/needs/{need.pk}/matches")) == (404, "NOT_FOUND")
    assert problem(Program(need.holder).get(f"/offers/{need.pk}/matches")) == (404, "NOT_FOUND")
    assert Program(make_operator()).get(f"/needs/{need.pk}/matches").status_code == 200


def test_matches_come_page_by_page_the_best_first() -> None:
    need = publish_need()
    offers = [publish_offer(make_person()) for _ in range(3)]
    made = [
        suggest(need, offer, score=score).pk
        for offer, score in zip(offers, (20, 35, 35), strict=True)
    ]
    program, path = Program(need.holder), f"/needs/{need.pk}/matches"
    seen: list[int] = []
    cursor: dict[str, str] = {}

    while True:
        told = program.get(path, limit="1", **cursor).json()
        seen += [each["id"] for each in told["items"]]
        if told["next"] is None:
            break
        cursor = {"cursor": told["next"]}

    assert seen == [made[1], made[2], made[0]]


def test_what_a_program_of_the_owner_reads_is_noted_with_its_place() -> None:
    need = publish_need()
    made = [suggest(need, publish_offer(make_person()), score=score) for score in (20, 35, 30)]
    program, path = Program(need.holder), f"/needs/{need.pk}/matches"

    cursor = program.get(path, limit="2").json()["next"]
    program.get(path, limit="2", cursor=cursor)
    Program(make_operator()).get(path)

    shown = Showing.objects.order_by("position").values_list("position", "offer", "person")
    assert list(shown) == [
        (place, made[at].offer_id, need.holder_id) for place, at in enumerate((1, 2, 0), start=1)
    ]


def test_matches_ask_as_much_for_one_as_for_three() -> None:
    need = publish_need()
    program, path = Program(need.holder), f"/needs/{need.pk}/matches"
    counts = []
    for more in (1, 2):
        for _ in range(more):
            suggest(need, publish_offer(make_person()))
        program.get(path)
        with CaptureQueriesContext(connection) as asked:
            program.get(path)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_quotes_from_before_the_author_closed_the_text_are_not_repeated() -> None:
    need, offer = publish_need(), publish_offer()
    passage = {"side": "offer", "field": "body", "text": SECRET, "spans": [[0, 2]]}
    suggest(need, offer, passages=[passage], common=[SECRET], missing=[SECRET])
    program, path = Program(need.holder), f"/needs/{need.pk}/matches"
    assert SECRET in program.get(path).content.decode()

    Item.objects.filter(pk=offer.pk).update(
        tier=Tier.VERIFIED, changed_at=timezone.now() + timedelta(seconds=1)
    )

    answer = program.get(path)
    assert SECRET not in answer.content.decode()
    assert answer.json()["items"][0]["score"] == 35


def test_a_tiered_text_is_in_no_argument_of_the_engine() -> None:
    need = publish_need(tier=Tier.VERIFIED, background=SECRET, tried=SECRET, main_problem=SECRET)
    offer = publish_offer(tier=Tier.VERIFIED, adopters=SECRET, evidence=SECRET)
    services.build_index(at=timezone.now())
    services.match_item(item=need, at=timezone.now())

    for holder, path in (
        (need.holder, f"/needs/{need.pk}/matches"),
        (offer.holder, f"/offers/{offer.pk}/matches"),
        (need.holder, f"/needs/{need.pk}/matches/{offer.pk}"),
    ):
        answer = Program(holder).get(path)
        assert (answer.status_code, SECRET in answer.content.decode()) == (200, False)
    assert Suggestion.objects.count() == 1


def test_any_pair_is_compared_for_those_who_hold_a_side() -> None:
    need, offer = publish_need(), publish_offer()
    services.build_index(at=timezone.now())
    path = f"/needs/{need.pk}/matches/{offer.pk}"

    told = Program(offer.holder).get(path).json()

    assert (told["need"]["id"], told["offer"]["id"], told["rank"]) == (need.pk, offer.pk, 1)
    assert told["score"] == sum(part["got"] for part in told["explanation"]["parts"])
    assert problem(Program(make_person()).get(path)) == (404, "NOT_FOUND")
    Item.objects.filter(pk=offer.pk).update(state=State.WITHDRAWN)
    assert problem(Program(need.holder).get(path)) == (404, "NOT_FOUND")


def test_without_an_index_a_pair_is_told_to_wait(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    need, offer = publish_need(), publish_offer()
    monkeypatch.setattr(configured, "INDEX_DIR", tmp_path_factory.mktemp("empty"))

    answer = Program(need.holder).get(f"/needs/{need.pk}/matches/{offer.pk}")

    assert (problem(answer), answer["Retry-After"]) == ((503, "INDEX_NOT_READY"), "5")


def test_the_experts_of_a_need_are_told_with_what_they_rest_on() -> None:
    maker = make_person()
    studio = known_for(SALT, maker)
    offer = offer_of("salt", maker, studio=studio)
    known_for(SALT)
    need = need_of("salt")
    program = Program(need.holder)
    assert problem(program.get(f"/needs/{need.pk}/experts")) == (503, "INDEX_NOT_READY")
    gathered()
    services.build_index(at=AT)

    told = program.get(f"/needs/{need.pk}/experts").json()

    first, second = told["items"]
    assert told["is_settled"] is True
    assert first["studio"]["id"] == studio.pk
    assert [each["offer"] for each in first["grounds"]] == [offer.pk]
    assert offer.title in first["sentences"][0]["text"]
    assert second["grounds"] == []
    for each in told["items"]:
        assert sum(part["got"] for part in each["parts"]) == each["score"]
    assert len(program.get(f"/needs/{need.pk}/experts", limit=1).json()["items"]) == 1
    assert program.get(f"/needs/{need.pk}/experts", limit=51).status_code == 422


def test_the_experts_of_a_stranger_s_need_do_not_exist() -> None:
    need = need_of("salt")

    stranger = Program(make_person())

    assert stranger.get(f"/needs/{need.pk}/experts").status_code == 404
    assert stranger.get("/needs/987654321/experts").status_code == 404


def indicator(name: str, verdict: str) -> dict[str, object]:
    return {"code": "INDICATOR", "verdict": verdict, "values": {"name": name}}


def test_a_combination_comes_as_data_and_strangers_get_none() -> None:
    need = publish_need()
    names = [each.name for each in need.indicators.all()]
    Indicator.objects.create(need=need, position=9, name="能耗", comparison="le", target=9)
    one, other = (publish_offer(make_person()) for _ in range(2))
    for offer, met in ((one, names), (other, ["能耗"])):
        constraints = [
            indicator(name, "met" if name in met else "unknown") for name in (*names, "能耗")
        ]
        suggest(need, offer, score=60, constraints=constraints)

    told = Program(need.holder).get(f"/needs/{need.pk}/combination").json()["combination"]

    assert {each["offer"]["id"]: each["meets"] for each in told["members"]} == {
        one.pk: names,
        other.pk: ["能耗"],
    }
    assert [each["is_lead"] for each in told["members"]] == [True, False]
    assert told["together"] - told["alone"] == told["gain"] == min(len(names), 1)
    path = f"/needs/{need.pk}/combination"
    assert problem(Program(make_person()).get(path)) == (404, "NOT_FOUND")
    Suggestion.objects.filter(offer=other).delete()
    assert Program(need.holder).get(path).json() == {"combination": None}


def test_pages_follow_the_order_shown_and_say_why() -> None:
    need = publish_need()
    offers = [publish_offer(make_person()) for _ in range(3)]
    for place, offer in enumerate(offers):
        suggest(need, offer, score=60 - place)
    run = services.share_exposure(at=timezone.now())
    StudioExposure.objects.filter(studio=offers[0].studio).update(taken=1.5, given=0)
    StudioExposure.objects.exclude(studio=offers[0].studio).update(taken=0, given=0)
    Offer.objects.filter(pk=offers[1].pk).update(capacity=1)
    for _ in range(3):
        other = publish_need()
        Interest.objects.create(
            need=other,
            offer=offers[1],
            by=other.holder,
            side="need",
            asked_at=run.at,
            reply_due_on=run.at.date() + timedelta(days=3),
        )
    program, path, seen = Program(need.holder), f"/needs/{need.pk}/matches", []
    cursor: dict[str, str] = {}

    while True:
        told = program.get(path, limit="1", **cursor).json()
        seen += told["items"]
        if told["next"] is None:
            break
        cursor = {"cursor": told["next"]}

    assert [each["counterpart"]["id"] for each in seen] == [
        offers[0].pk,
        offers[2].pk,
        offers[1].pk,
    ]
    assert [each["standing"]["points"] for each in seen] == [-1.5, 0.0, 0.0]
    assert seen[2]["standing"]["is_full"] is True
    assert [len(each["standing"]["reasons"]) for each in seen] == [1, 0, 1]
    assert [each["score"] for each in seen] == [60, 58, 59]
