import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.api.calling import Program, problem
from tests.makers import make_organization, make_person, make_seat
from tests.market.writing import indicator, publish_need, publish_offer, write_need, write_offer

from kehui.api.v1 import cursors
from kehui.market.models import Item, Need, Offer, State, Studio, Tier
from kehui.people.models import Level

pytestmark = pytest.mark.django_db

SECRET = "藏在分级里的一句话"


def reader(level: Level = Level.V2) -> Program:
    return Program(make_person(level=level))


def test_a_need_is_read_with_codes_fen_instants_and_uid() -> None:
    need = publish_need()

    told = reader().get(f"/needs/{need.pk}").json()

    assert (told["id"], told["uid"], told["url"]) == (
        need.pk,
        str(need.uid),
        f"/api/v1/needs/{need.pk}",
    )
    assert (told["price_low_fen"], told["price_high_fen"]) == (60_000_000, 100_000_000)
    assert told["region"] == {"code": "510100", "name": "成都市"}
    assert told["published_at"].endswith("Z")
    assert (told["is_mine"], told["contact_channel"], told["flags"]) == (False, None, None)
    assert told["indicators"][0]["target"] == "85.000000"


def test_an_offer_is_read_with_its_studio() -> None:
    offer = publish_offer()

    told = reader().get(f"/offers/{offer.pk}").json()

    assert (told["studio"], told["price_fen"]) == (offer.studio_id, 45_000_000)
    assert told["party"] == {"name": offer.holder.name, "kind": "person", "is_verified": True}


def test_the_owner_sees_contact_and_flags() -> None:
    need = publish_need()

    told = Program(need.holder).get(f"/needs/{need.pk}").json()

    assert (told["is_mine"], told["contact_channel"], told["flags"]) == (True, "13800000001", [])


def test_what_is_not_published_is_not_there_for_strangers() -> None:
    need, offer = write_need(), write_offer()
    stranger = reader()

    for path in (f"/needs/{need.pk}", f"/offers/{offer.pk}", f"/needs/{10**30}"):
        assert problem(stranger.get(path)) == (404, "NOT_FOUND")
    assert Program(need.holder).get(f"/needs/{need.pk}").status_code == 200
    assert problem(stranger.get(f"/offers/{need.pk}")) == (404, "NOT_FOUND")


def test_a_hidden_name_is_hidden_in_lists_and_alone() -> None:
    organization = make_organization("不愿露名的厂")
    agent = make_seat(organization=organization).person
    need = write_need(agent, organization=organization, hides_name=True)
    Item.objects.filter(pk=need.pk).update(
        state=State.PUBLISHED,
        published_at=timezone.now(),
        submitted_at=timezone.now(),
        valid_until="2030-01-01",
    )

    for path in ("/needs", f"/needs/{need.pk}"):
        assert "不愿露名的厂" not in reader().get(path).content.decode()
    assert "不愿露名的厂" in Program(agent).get(f"/needs/{need.pk}").content.decode()


def secret_need(tier: Tier) -> Need:
    return publish_need(
        tier=tier,
        background=SECRET,
        main_problem=SECRET,
        target=SECRET,
        tried=SECRET,
        deliverable=SECRET,
        acceptance=SECRET,
        ip_wish=SECRET,
    )


def secret_offer(tier: Tier) -> Offer:
    return publish_offer(tier=tier, evidence=SECRET, adopters=SECRET)


@pytest.mark.parametrize("make", [secret_need, secret_offer])
@pytest.mark.parametrize(
    ("tier", "level", "sees"),
    [
        (Tier.PUBLIC, Level.V1, True),
        (Tier.VERIFIED, Level.V1, False),
        (Tier.VERIFIED, Level.V2, True),
        (Tier.AGREEMENT, Level.V3, False),
        (Tier.ROOM, Level.V3, False),
    ],
)
def test_nothing_above_the_readers_tier_stands_in_any_answer(
    make: Callable[[Tier], Need | Offer], tier: Tier, level: Level, *, sees: bool
) -> None:
    item = make(tier)
    stranger, side = reader(level), f"/{item.side}s"

    alone = stranger.get(f"{side}/{item.pk}")

    assert (alone.json()["sees_details"], SECRET in alone.content.decode()) == (sees, sees)
    for listed in (stranger.get(side), stranger.get(side, q="盐分"), stranger.get(side, q=SECRET)):
        assert (listed.status_code, SECRET in listed.content.decode()) == (200, False)
    assert SECRET in Program(item.holder).get(f"{side}/{item.pk}").content.decode()


def test_indicators_stand_above_the_public_tier() -> None:
    need = secret_need(Tier.VERIFIED)
    need.indicators.all().delete()
    row = indicator(name=SECRET)
    row.need = need
    row.save()

    assert SECRET not in reader(Level.V1).get(f"/needs/{need.pk}").content.decode()
    assert SECRET in reader(Level.V2).get(f"/needs/{need.pk}").content.decode()


@pytest.mark.parametrize(
    ("path", "query", "code", "field"),
    [
        ("/needs", {"cursor": "made-up"}, "CURSOR_FORM", "cursor"),
        (
            "/needs",
            {"q": "盐", "cursor": cursors.write("newest", "2026", 1)},
            "CURSOR_FORM",
            "cursor",
        ),
        ("/needs", {"cursor": cursors.write("newest", "monday", 1)}, "CURSOR_FORM", "cursor"),
        ("/needs", {"cursor": cursors.write("newest", "2026-01-01", 1)}, "CURSOR_FORM", "cursor"),
        (
            "/needs",
            {"cursor": cursors.write("newest", "2026-01-01", 2**63)},
            "CURSOR_FORM",
            "cursor",
        ),
        ("/studios", {"cursor": "made-up"}, "CURSOR_FORM", "cursor"),
        ("/needs", {"limit": "0"}, "VALUE_INVALID", "limit"),
        ("/needs", {"limit": "101"}, "VALUE_INVALID", "limit"),
        ("/needs", {"kind": "capacity"}, "VALUE_INVALID", "kind"),
        ("/needs", {"region": "武侯区"}, "REGION_AMBIGUOUS", "region"),
        ("/needs", {"region": "999999"}, "REGION_UNKNOWN", "region"),
        ("/needs", {"industry": "ZZ"}, "VALUE_INVALID", "industry"),
        ("/needs", {"category": "zzz"}, "VALUE_INVALID", "category"),
        ("/needs", {"price": "cheap"}, "VALUE_INVALID", "price"),
        ("/needs", {"days": "3"}, "VALUE_INVALID", "days"),
        ("/needs", {"q": "x" * 201}, "VALUE_INVALID", "q"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    path: str, query: dict[str, str], code: str, field: str
) -> None:
    answer = reader().get(path, **query)

    assert problem(answer)[1] == code
    assert answer.json()["field"] == field


def test_words_find_and_mark_and_filters_narrow() -> None:
    offer = publish_offer(trl=6)
    program = reader()

    found = program.get("/offers", q="电渗析").json()
    told = found["items"][0]

    assert (found["total"], told["id"]) == (1, offer.pk)
    assert [told["title"][start:end] for start, end in told["title_spans"]] == ["电渗析"]
    for query, count in (
        ({"q": "电渗析 -盐"}, 0),
        ({"region": "510000", "trl": "6", "kind": "service", "price": "10-50"}, 1),
        ({"region": "511500"}, 0),
        ({"trl": "7"}, 0),
        ({"category": str(offer.category_id)}, 1),
        ({"days": "1"}, 0),
        ({"tier": "0"}, 1),
    ):
        listed = program.get("/offers", **query).json()["items"]
        assert len(listed) == count, query


def test_studios_are_found_and_read() -> None:
    offer = publish_offer()
    studio = offer.studio
    Studio.objects.filter(pk=studio.pk).update(directions="高盐废水与盐回收", skills=["电渗析"])
    hidden = write_offer().studio
    Studio.objects.filter(pk=hidden.pk).update(state=Studio.State.DRAFT)
    program = reader()

    found = program.get("/studios", q="盐回收 电渗析", region="510000").json()
    told = program.get(f"/studios/{studio.pk}").json()

    assert [each["id"] for each in found["items"]] == [studio.pk]
    assert (told["uid"], told["is_mine"], told["shelf_total"]) == (str(studio.uid), False, 1)
    assert [each["id"] for each in told["shelf"]] == [offer.pk]
    assert program.get("/studios", region="511500").json()["items"] == []
    assert problem(program.get(f"/studios/{hidden.pk}")) == (404, "NOT_FOUND")
    assert Program(offer.holder).get(f"/studios/{studio.pk}").json()["is_mine"] is True


@pytest.mark.parametrize("path", ["/offers", "/offers?q=盐回收", "/needs", "/studios"])
def test_lists_ask_as_much_for_one_row_as_for_three(path: str) -> None:
    program = reader()
    address, _mark, words = path.partition("?q=")
    query = {"q": words} if words else {}
    counts = []
    for count in (1, 2):
        for _ in range(count):
            publish_need(make_person())
            publish_offer(make_person())
        program.get(address, **query)
        with CaptureQueriesContext(connection) as asked:
            rows = program.get(address, **query).json()["items"]
        assert len(rows) == (1 if count == 1 else 3)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_every_answer_is_utf8_json_with_readable_chinese() -> None:
    publish_need()

    text = reader().get("/needs").content.decode()

    assert json.loads(text)["items"][0]["title"] in text
