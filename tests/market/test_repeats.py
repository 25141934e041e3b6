"""What repeats what is found at night, kept in rows, and shown to operators."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from tests.makers import NOW, make_organization, make_seat
from tests.market.test_doubles import OTHER, read_as_stock
from tests.market.writing import LONG, OFFER, publish_need, publish_offer, submit, write_need

from kehui.engines.doubles import read
from kehui.jobs import tasks
from kehui.market.models import Item, Repeat, Side, StockSentence
from kehui.market.selectors.doubles import bands_of
from kehui.market.selectors.repeats import largest_clusters
from kehui.market.services import doubles
from kehui.market.services.doubles import Tally, find_doubles

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[int, int, str]]:
    return [*Repeat.objects.order_by("pk").values_list("item", "first", "way")]


def test_a_night_finds_copies_and_parts_on_each_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doubles, "AT_A_TIME", 2)
    need, offer = publish_need(), publish_offer()
    copy = publish_need(description=LONG.replace("120", "130"))
    longer = publish_need(description=LONG + OTHER)
    again = publish_offer(description=OFFER["description"] + "！")
    publish_need(title="木工车间粉尘在线监测", description=OTHER + OTHER[:40])
    write_need()  # a draft is nobody's business

    found = find_doubles()

    assert found == Tally(items=6, repeats=3, stock=0, rekeyed=0)
    assert rows() == [
        (need.pk, longer.pk, "within"),
        (copy.pk, need.pk, "same"),
        (again.pk, offer.pk, "same"),
    ]
    assert Repeat.objects.get(item=again.pk).share == 1
    assert 0.8 <= Repeat.objects.get(item=copy.pk).share < 1


def test_one_longer_item_stands_for_all() -> None:
    need = publish_need()
    longer = [
        submit(write_need(description=each)) for each in (LONG + OTHER, f"{LONG}{OTHER[::-1]}")
    ]

    find_doubles()

    assert rows() == [(need.pk, longer[0].pk, "within")]


def test_yesterdays_rows_go_and_the_next_night_finds_the_same() -> None:
    copies = [publish_need(), publish_need()]
    read_as_stock()

    assert find_doubles() == find_doubles()
    assert not StockSentence.objects.exists()
    Item.objects.filter(pk=copies[0].pk).update(state="withdrawn")
    assert find_doubles().repeats == 0
    assert rows() == []


def test_what_many_write_becomes_stock_and_numbers_follow() -> None:
    stock = "我公司是国家高新技术企业，成立于二〇〇五年，拥有员工三百余人。"
    needs = [
        submit(write_need(title=chr(0x4E00 + 7 * n) * 6, description=_one_of_many(n) + stock))
        for n in range(20)
    ]
    before = bands_of(needs[0])

    found = find_doubles()

    assert (found.stock, found.rekeyed, found.repeats) == (1, 20, 0)
    assert StockSentence.objects.get().pk == int(read([stock]).hashes.view("int64")[0])
    kept = Item.objects.get(pk=needs[0].pk).bands
    assert before != kept == bands_of(needs[0])
    assert find_doubles().rekeyed == 0


def _one_of_many(number: int) -> str:
    return "".join(chr(0x4E00 + (number * 997 + 13 * each) % 9000) for each in range(110)) + "。"


def test_an_item_written_anew_meanwhile_keeps_its_new_numbers() -> None:
    need = publish_need()
    part = next(doubles._parts(Side.NEED))  # noqa: SLF001 - between two steps of a night
    Item.objects.update(bands=[1], changed_at=NOW + timedelta(hours=1))

    assert doubles._rekey(part, part.sentences.texts) == 0  # noqa: SLF001
    assert Item.objects.get(pk=need.pk).bands == [1]
    Item.objects.update(changed_at=need.changed_at)
    assert doubles._rekey(part, part.sentences.texts) == 1  # noqa: SLF001


def test_a_corpus_without_numbers_gets_them() -> None:
    there = publish_need()
    Item.objects.update(bands=[])

    assert tasks.find_doubles(timestamp=0) == 0
    assert Item.objects.get().bands == bands_of(there)


def test_the_largest_cluster_comes_first_and_what_has_ended_is_left_out() -> None:
    firm = make_organization()
    publish_offer()
    publish_offer()
    needs = [publish_need(), publish_need(), publish_need(make_seat(organization=firm).person,
                                                          organization=firm)]  # fmt: skip
    ended = publish_need()
    find_doubles()
    Item.objects.filter(pk=ended.pk).update(state="withdrawn")

    clusters = largest_clusters(limit=9)

    assert [(each.first.side, len(each.repeats), each.holders) for each in clusters] == [
        ("need", 2, 3),
        ("offer", 1, 2),
    ]
    assert [each.item_id for each in clusters[0].repeats] == [need.pk for need in needs[1:]]
    assert largest_clusters(limit=1) == clusters[:1]
    assert str(clusters[0].repeats[0]) == f"{needs[1].pk} → {needs[0].pk}"


def test_operators_see_the_clusters(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("find_doubles")
    assert capsys.readouterr().err == "没有发现互相重复的信息。\n"

    first, *others = [publish_need() for _ in range(7)]
    call_command("find_doubles", "--now")

    said = capsys.readouterr()
    assert said.err.startswith("比较了 7 条：6 条重复别的，套话 0 句，更新特征 0 条，用时 ")
    assert said.out.splitlines()[0] == f"7 条 · 7 家 · 编号 {first.pk} “{first.title}”"
    assert (
        said.out.splitlines()[1].strip() == f"100% 几乎一样 · 编号 {others[0].pk} “{first.title}”"
    )
    assert said.out.splitlines()[-1].strip() == "……还有 1 条"
    call_command("find_doubles", "--json", "--limit", "1")
    assert json.loads(capsys.readouterr().out)["repeats"][0] == {
        "item": others[0].pk, "way": "same", "share": 1.0,
    }  # fmt: skip


def test_a_stock_sentence_has_a_name() -> None:
    assert str(StockSentence(7)) == "套话 7"
