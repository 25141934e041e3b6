from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings
from tests.makers import NOW, TODAY, make_person
from tests.market.writing import LATER, publish_need, publish_offer, review, submit, write_need

from kehui.ledger.models import Entry
from kehui.market import services
from kehui.market.facts import (
    ContactConfirmed,
    ItemClosed,
    ItemExpired,
    ItemRejected,
    ItemRenewed,
    ItemWithdrawn,
)
from kehui.market.models import CloseReason, Item, State
from kehui.market.services.drafts import NotYours
from kehui.market.services.lifetime import NotPublished, ReasonMissing, TooEarlyToRenew
from kehui.notices.models import Notice

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def only() -> Item:
    return Item.objects.get()


def fact(kind: str) -> Entry:
    return Entry.objects.get(kind=kind)


def test_closing_records_the_reason() -> None:
    need = publish_need()

    services.close_item(item=need, person=need.holder, reason="solved_here", at=LATER)

    item = only()
    assert (item.state, item.close_reason, item.closed_at) == ("closed", "solved_here", LATER)
    assert ItemClosed.of(fact("item.closed")).reason == "solved_here"


def test_withdrawing_works_from_submission_to_publication() -> None:
    submitted = submit(write_need())
    held = submit(write_need(make_person(), title="无人机植保航线规划软件定制"))
    published = publish_offer()
    for item in (submitted, held, published):
        services.withdraw_item(item=item, person=item.holder, reason="wrong_posting", at=LATER)

    assert set(Item.objects.values_list("state", flat=True)) == {State.WITHDRAWN}
    facts = Entry.objects.filter(kind="item.withdrawn")
    assert {ItemWithdrawn.of(each).reason for each in facts} == {"wrong_posting"}


@pytest.mark.parametrize("reason", ["", "because", CloseReason.CONTACT_LOST])
def test_a_reason_comes_from_the_list_and_is_not_the_platforms_own(reason: str) -> None:
    need = publish_need()
    for act in (services.close_item, services.withdraw_item):
        with pytest.raises(ReasonMissing) as caught:
            act(item=need, person=need.holder, reason=reason, at=LATER)
        assert caught.value.field == "reason"

    assert only().state == State.PUBLISHED


def test_strangers_do_nothing_with_it() -> None:
    need, stranger = publish_need(), make_person()
    acts: list[tuple[Any, dict[str, str]]] = [
        (services.close_item, {"reason": "solved_here"}),
        (services.withdraw_item, {"reason": "solved_here"}),
        (services.renew_item, {}),
        (services.confirm_contact, {}),
    ]
    for act, options in acts:
        with pytest.raises(NotYours):
            act(item=need, person=stranger, at=LATER, **options)


def test_what_is_not_out_is_not_closed_renewed_or_confirmed() -> None:
    draft = write_need()
    acts: list[tuple[Any, dict[str, str]]] = [
        (services.close_item, {"reason": "solved_here"}),
        (services.withdraw_item, {"reason": "solved_here"}),
        (services.renew_item, {}),
        (services.confirm_contact, {}),
    ]
    for act, options in acts:
        with pytest.raises(NotPublished):
            act(item=draft, person=draft.holder, at=LATER, **options)


def test_renewing_counts_and_starts_a_new_term(settings: Settings) -> None:
    settings.VALID_DAYS = 180
    need = publish_need()
    early, late = NOW + 149 * DAY, NOW + 150 * DAY

    with pytest.raises(TooEarlyToRenew):
        services.renew_item(item=need, person=need.holder, at=early)
    services.renew_item(item=need, person=need.holder, at=late)

    assert (only().valid_until, only().renewals) == (TODAY + 330 * DAY, 1)
    assert ItemRenewed.of(fact("item.renewed")).valid_until == TODAY + 330 * DAY


def test_an_item_expires_after_its_last_day_and_not_on_it(settings: Settings) -> None:
    settings.VALID_DAYS = 180
    need = publish_need()

    on_the_day = services.expire_items(at=NOW + 180 * DAY)
    after = services.expire_items(at=NOW + 181 * DAY)
    again = services.expire_items(at=NOW + 181 * DAY)

    assert (on_the_day, after, again) == (0, 1, 0)
    assert only().state == State.EXPIRED
    assert ItemExpired.of(fact("item.expired")).item == need.pk
    assert Notice.objects.get(reason="expiry").title == f"“{need.title}”已到期，可以续期"


def test_what_is_held_for_30_days_is_rejected() -> None:
    need = submit(write_need())
    review(need, 2, 2, 2, 2)

    still = services.expire_items(at=LATER + 30 * DAY)
    done = services.expire_items(at=LATER + 30 * DAY + timedelta(seconds=1))

    assert (still, done, only().state) == (0, 1, State.REJECTED)
    assert ItemRejected.of(fact("item.rejected")).why == ("held_30_days",)


def test_writing_on_a_held_item_starts_its_30_days_anew() -> None:
    need = submit(write_need())
    review(need, 2, 2, 2, 2)
    services.save_draft(
        item=need, person=need.holder, values={"tried": "膜法。"}, at=LATER + 29 * DAY
    )

    assert services.expire_items(at=LATER + 31 * DAY) == 0


def test_the_contact_is_asked_after_7_days_and_lost_after_7_more() -> None:
    need = publish_need()
    moments = [NOW + 7 * DAY, NOW + timedelta(days=7, seconds=1), NOW + 14 * DAY]

    asked = [services.ask_contacts(at=at) for at in moments]
    lost = services.ask_contacts(at=NOW + timedelta(days=14, seconds=2))

    assert (asked, lost) == ([0, 1, 0], 1)
    assert (only().state, only().close_reason) == (State.CLOSED, CloseReason.CONTACT_LOST)
    assert ItemClosed.of(fact("item.closed")).reason == "contact_lost"
    assert fact("item.closed").actor is None
    assert list(
        Notice.objects.filter(reason="contact").order_by("pk").values_list("title", flat=True)
    ) == [f"“{need.title}”还在找吗？请确认一下", f"“{need.title}”的联系人没有答复，已办结"]


def test_a_contact_who_answers_keeps_the_item() -> None:
    need = publish_need()
    services.ask_contacts(at=NOW + 8 * DAY)
    services.confirm_contact(item=need, person=need.holder, at=NOW + 9 * DAY)

    later = services.ask_contacts(at=NOW + 30 * DAY)

    assert (later, only().state) == (0, State.PUBLISHED)
    assert ContactConfirmed.of(fact("item.contact_confirmed")).item == need.pk
