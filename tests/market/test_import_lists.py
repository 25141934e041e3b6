"""Whole lists: of a corpus that nobody stands behind, and of an operator who answers for them."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from tests.makers import NOW, SICHUAN, make_operator, make_region
from tests.market.rows import FILLER, put_studio
from tests.market.tables import Verdict, as_csv, bring, counts, rows

from kehui.ledger.models import Entry
from kehui.market.models import Item, Need, Offer, Side, Studio
from kehui.market.models.codes import Bucket
from kehui.market.models.items import DESCRIPTION_LENGTH
from kehui.market.services.arrivals import Order, Outcome
from kehui.market.services.imports import Report, import_items
from kehui.people.models import Account, Person

pytestmark = pytest.mark.django_db
LATEST = NOW.date() + timedelta(days=settings.VALID_DAYS)


def corpus(*lines: dict[str, Any], **order: Any) -> Report:
    """Bring in bare texts for which no person answers."""
    make_region(SICHUAN)
    return import_items(
        content="\n".join(map(json.dumps, lines)).encode(),
        name="texts/trial.jsonl",
        order=Order(**{"side": Side.NEED, "is_corpus": True, **order}),
        clock=lambda: NOW,
    )


def test_a_corpus_is_held_by_a_nameless_stand_in_who_stays_the_same() -> None:
    first = corpus({"id": "1", "title": "废水"}, {"id": "2", "title": "废气"})
    again = corpus({"id": "2", "title": "废气"}, {"id": "3", "title": "废渣"})

    assert (counts(first), counts(again)) == ((2, 0, 0), (1, 1, 0))
    (holder,) = {each.holder for each in Item.objects.all()}
    assert (holder.name, holder.region_id) == ("trial", settings.REGION)
    assert not Account.objects.filter(person=holder).exists()
    assert set(Item.objects.values_list("source", flat=True)) == {"corpus:trial"}


def test_a_corpus_may_be_given_a_name_and_its_offers_one_studio() -> None:
    lines = [{"title": f"第{place}种工艺"} for place in range(3)]

    corpus(*lines, side=Side.OFFER, source="benchmark")
    corpus({"title": "第四种工艺"}, side=Side.OFFER, source="benchmark")

    assert Offer.objects.count() == 4
    assert Studio.objects.get().name == "benchmark"
    assert set(Item.objects.values_list("source", flat=True)) == {"corpus:benchmark"}
    assert Person.objects.count() == 1


def test_a_corpus_says_what_is_true_and_no_more() -> None:
    corpus(
        {"title": "没有价格的"},
        {"title": "写了价格的", "price": "3万元"},
        {"title": "写了原因的", "negotiable_reason": "要到现场"},
    )

    said = Need.objects.order_by("pk").values_list("price_mode", "price_fen", "negotiable_reason")
    assert list(said) == [
        ("negotiated", None, "来源文件没有写价格"),
        ("fixed", 3_000_000, ""),
        ("negotiated", None, "要到现场"),
    ]
    for need in Need.objects.all():
        assert (need.bucket, need.flags, need.region_id) == (
            Bucket.QUARANTINED,
            ["IMPORTED"],
            settings.REGION,
        )


def test_a_text_of_a_corpus_that_no_column_holds_is_refused() -> None:
    most = DESCRIPTION_LENGTH[1]
    report = corpus(
        {"title": "刚好", "body": "长" * most},
        {"title": "多一个字", "body": "长" * (most + 1)},
        {"title": " 　", "body": "没有标题"},
    )

    faults = [[fault.code for fault in row.faults] for row in report.rows]
    assert faults == [[], ["TEXT_TOO_LONG"], ["NEED_FIELD_MISSING"]]
    assert Item.objects.count() == 1


def test_a_value_that_its_column_cannot_hold_is_named_with_its_column() -> None:
    (row,) = bring(as_csv(rows({"联系人": "长" * 100}))).rows

    assert ([fault.field for fault in row.faults], row.verdict) == (["contact_name"], Verdict.BAD)


@pytest.mark.parametrize(
    ("cell", "until"),
    [
        ("", LATEST),
        ("2026-05-01", date(2026, 5, 1)),
        ("2030-01-01", LATEST),  # nothing stays longer than everything does
    ],
)
def test_an_operators_list_is_valid_as_long_as_it_says_and_no_longer(
    cell: str, until: date
) -> None:
    table = rows({})
    table[0].append("有效期至")
    table[1].append(cell)

    bring(as_csv(table), outcome=Outcome.PUBLISHED)

    need = Need.objects.get()
    assert (need.state, need.valid_until, need.published_at) == ("published", until, NOW)


def test_rows_may_be_handed_in_for_review() -> None:
    report = bring(as_csv(rows({})), outcome=Outcome.SUBMITTED)

    assert [row.note for row in report.rows] == [""]
    assert Need.objects.get().state in {"submitted", "on_hold"}
    assert Entry.objects.filter(kind="item.submitted").count() == 1


def test_a_source_that_is_given_keeps_two_files_apart() -> None:
    content, person = as_csv(rows({})), make_operator()

    first = bring(content, person=person, source="cloud-market")
    same = bring(content, person=person, source="cloud-market", name="another.csv")
    other = bring(content, person=person)

    assert [counts(each) for each in (first, same, other)] == [(1, 0, 0), (0, 1, 0), (1, 0, 0)]
    assert set(Item.objects.values_list("source", flat=True)) == {
        "cloud-market",
        f"p{person.pk}/需求",
    }


def test_a_kind_may_be_given_for_rows_that_name_none() -> None:
    table = rows({"类型": "", "类别": ""})
    head = table[0].index("标题")
    table.append([*table[1][:head], "第二条需求的标题", *table[1][head + 1 :]])
    table[2][0], table[2][table[0].index("类型")] = "A-2", "委托攻关难题"

    bring(as_csv(table), kind="expert", is_corpus=True)

    assert list(Need.objects.order_by("external_id").values_list("kind", flat=True)) == [
        "expert",
        "problem",
    ]


def test_offers_go_on_the_shelf_that_is_there() -> None:
    person = make_operator()
    studio = put_studio(person)
    line = {
        "title": "高盐废水电渗析工艺", "description": FILLER, "kind": "service",
        "category": "1101", "price": "45万元", "problem_solved": "结垢", "advantage": "省电",
    }  # fmt: skip

    bring(json.dumps(line).encode(), name="a.jsonl", side=Side.OFFER, person=person)

    assert Offer.objects.get().studio == studio
