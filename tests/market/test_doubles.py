import random

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests.makers import make_organization, make_person, make_seat
from tests.market.writing import LONG, NEED, publish_need, submit, write_need, write_offer

from kehui.engines.doubles import read
from kehui.market.models import Item, State, StockSentence
from kehui.market.selectors.doubles import LOOKED_AT, bands_of, doubles_of
from kehui.market.services.doubles import find_doubles

pytestmark = pytest.mark.django_db

OTHER = (
    "木工车间的粉尘浓度忽高忽低，砂光机旁最高到每立方米三十毫克，除尘管路经常堵塞，火花探测误报。"
    "想要一套能在线测浓度、自动清灰、到限停机的装置，安装不停产，年维护费用不超过两万元。"
)


def read_as_stock() -> str:
    """Make 800 characters stock, and return them."""
    draw = random.Random(8)
    words = ("".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(80)) for _ in range(10))
    stock = "".join(f"{each}。" for each in words)
    hashes = read([stock]).hashes.view("int64").tolist()
    StockSentence.objects.bulk_create(StockSentence(pk=each) for each in hashes)
    return stock


def strangers(need: Item, count: int) -> list[Item]:
    """Write the same item again for another person, past the services."""
    taken = {"id", "uid", "holder_id", "entered_by_id"}
    names = (str(each.column) for each in Item._meta.concrete_fields)
    columns = ", ".join(each for each in names if each not in taken)
    person = make_person().pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO market_item (uid, holder_id, entered_by_id, {columns}) "  # noqa: S608
            f"SELECT gen_random_uuid(), %s, %s, {columns} FROM market_item, "
            "generate_series(1, %s) WHERE id = %s",
            [person, person, count, need.pk],
        )
    return [*Item.objects.filter(holder=person)]


def test_a_copy_with_a_few_words_changed_is_found() -> None:
    there = publish_need()
    copy = write_need(description=LONG.replace("120", "130").replace("三天", "四天"))

    found = doubles_of(copy)

    assert [(each.item, each.title, each.is_own) for each in found] == [
        (there.pk, there.title, False)
    ]
    assert found[0].share > 0.8


def test_another_matter_is_no_double() -> None:
    publish_need()
    other = write_need(title="木工车间粉尘在线监测", description="木工车间粉尘浓度忽高忽低。" * 9)

    assert doubles_of(other) == []


def test_an_own_item_is_own_by_person_or_organization() -> None:
    firm = make_organization()
    author, colleague = (make_seat(organization=firm).person for _each in range(2))
    submit(write_need(author, organization=firm))

    for copy in (write_need(author), write_need(colleague, organization=firm)):
        assert [each.is_own for each in doubles_of(copy)] == [True]
    assert [each.is_own for each in doubles_of(write_need(colleague))] == [False]


def test_an_own_item_is_found_even_without_bands() -> None:
    need = submit(write_need())
    Item.objects.update(bands=[])

    assert [each.item for each in doubles_of(write_need(need.holder))] == [need.pk]
    assert doubles_of(write_need()) == []


@pytest.mark.parametrize("state", ["draft", "closed", "withdrawn", "rejected", "expired"])
def test_what_is_not_open_is_no_double(state: str) -> None:
    need = publish_need()
    closing = {"close_reason": "solved_here", "closed_at": need.published_at}
    Item.objects.filter(pk=need.pk).update(state=state, **(closing if state == "closed" else {}))

    assert doubles_of(write_need()) == []


def test_the_other_side_is_no_double() -> None:
    publish_need()

    assert doubles_of(write_offer(title=NEED["title"], description=LONG)) == []


def test_an_empty_draft_has_no_doubles() -> None:
    assert doubles_of(write_need(title="")) == []
    assert doubles_of(write_need(description="")) == []


def test_the_closest_comes_first() -> None:
    far = publish_need(description=LONG.replace("120", "150").replace("三天", "四天"))
    near = publish_need(title=f"{NEED['title']}！")

    assert [each.item for each in doubles_of(write_need())] == [near.pk, far.pk]


@given(st.text(alphabet="盐水废结垢清洗回收成本0123，。", min_size=60, max_size=200))
def test_bands_fit_their_column_and_never_change(text: str) -> None:
    item = Item(title="盐", description=text)

    bands = bands_of(item)

    assert bands == bands_of(item)
    assert len(bands) > 32
    assert all(0 <= each < 2**31 for each in bands)


def test_a_submission_keeps_its_bands() -> None:
    need = submit(write_need())

    assert Item.objects.get().bands == bands_of(need)
    assert need.state == State.SUBMITTED


def test_a_cut_copy_of_another_is_found_as_a_part() -> None:
    there = publish_need(description=LONG + OTHER)

    assert [
        (each.item, each.is_part, each.is_own) for each in doubles_of(write_need(description=LONG))
    ] == [(there.pk, True, False)]


def test_a_part_of_an_own_item_is_told_and_not_refused() -> None:
    there = submit(write_need(description=LONG + OTHER))

    mine = submit(write_need(there.holder, description=LONG))

    assert (mine.state, mine.flags) == (State.SUBMITTED, ["DUPLICATE_PART"])
    assert doubles_of(mine)[0].share > 0.9


def test_what_many_say_counts_for_nothing() -> None:
    stock = read_as_stock()
    there = submit(write_need(title="蒸发器结垢清洗", description=f"{stock}{LONG[:60]}"))
    unlike = write_need(title="木工车间粉尘", description=f"{OTHER[:60]}{stock}")
    alike = write_need(title="蒸发器结垢清洗", description=f"{LONG[:60]}。欢迎来看。")

    assert doubles_of(unlike) == []
    assert [each.item for each in doubles_of(alike)] == [there.pk]
    assert find_doubles().stock == 0  # learned anew: two texts are not many
    assert [each.item for each in doubles_of(unlike)] == [there.pk]


def test_ten_thousand_identical_items_do_not_hide_the_own_one() -> None:
    mine = submit(write_need())
    strangers(mine, 10_000)
    author = mine.holder
    Item.objects.filter(pk=mine.pk).update(description=f"{LONG}！我们很急。")

    found = doubles_of(write_need(author))

    assert (found[0].item, found[0].is_own) == (mine.pk, True)
    assert found[0].share < 1 == found[1].share
    assert LOOKED_AT <= len(found) <= 3 * LOOKED_AT
    assert found == doubles_of(write_need(author))


def test_the_ones_that_share_most_are_read_first() -> None:
    near = publish_need()
    far = strangers(near, LOOKED_AT)
    for number, each in enumerate(far):  # each shares one band, and says something else
        each.bands = [near.bands[number % 32]]
        each.description = OTHER + OTHER
    Item.objects.bulk_update(far, ["bands", "description"])

    assert [each.item for each in doubles_of(write_need())] == [near.pk]
