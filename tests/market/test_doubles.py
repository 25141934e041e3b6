import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.makers import make_organization, make_seat
from tests.market.writing import LONG, NEED, publish_need, submit, write_need, write_offer

from kehui.market.models import Item, State
from kehui.market.selectors.doubles import bands_of, doubles_of

pytestmark = pytest.mark.django_db


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
    assert len(bands) == 32
    assert all(0 <= each < 2**31 for each in bands)


def test_a_submission_keeps_its_bands() -> None:
    need = submit(write_need())

    assert Item.objects.get().bands == bands_of(need)
    assert need.state == State.SUBMITTED
