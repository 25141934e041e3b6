"""The quality gate: a reviewer decides, the rule says what the scores mean."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.market import policies
from kehui.market.facts import ItemFact, ItemHeld, ItemPublished, ItemRejected
from kehui.market.models import CRITERIA, Item, Review, State
from kehui.notices import services as notices
from kehui.notices.models import Notice
from kehui.people.models import Person

PASS: Final = 10
HOLD: Final = 5


class NotAReviewer(Refused):
    code = "REVIEWER_NOT_ALLOWED"
    message = _("你不能审这一条：审核员不能是作者，也不能与作者同一单位。")
    message_en = "You cannot review this item: a reviewer has no part in it."
    status = 403


class NothingToReview(Refused):
    code = "NOTHING_TO_REVIEW"
    message = _("这一版已经审过，或不在待审之列。")
    message_en = "This revision has been reviewed, or does not wait for review."
    status = 409


class ChangedMeanwhile(Refused):
    code = "CHANGED_MEANWHILE"
    message = _("作者刚刚改过这一条。请看过新的内容再打分；你写的都还在。")
    message_en = "The author has just changed this item. Please read it again before you decide."
    status = 409


class ScoreMissing(Refused):
    code = "SCORE_MISSING"
    message = _("四项都要打 0 到 5 分，并各写一句话。")
    message_en = "Give each of the four criteria 0 to 5 points and one sentence."


def outcome_of(scores: Mapping[str, int]) -> State:
    """Return what the rubric says.

    Ten points without a zero publish; five to nine, or a zero among more, hold; less rejects.
    """
    total = sum(scores.values())
    if total < HOLD:
        return State.REJECTED
    return State.PUBLISHED if total >= PASS and min(scores.values()) > 0 else State.ON_HOLD


@transaction.atomic
def review_item(
    *,
    item: Item,
    reviewer: Person,
    scores: Mapping[str, int],
    notes: Mapping[str, str],
    revision: int | None = None,
    at: datetime,
) -> Review:
    """Decide on the item's present revision, tell the author, and record what became of it.

    `revision` is the one that the reviewer has read; None means whatever stands there now.

    Raises:
        NotAReviewer: no reviewer's seat, or a part in the item.
        NothingToReview: the revision was decided before, perhaps a moment ago.
        ChangedMeanwhile: the author has changed the item since the reviewer read it.
        ScoreMissing: a score is absent or outside 0..5, or a sentence is empty.
    """
    item = Item.objects.select_for_update().get(pk=item.pk)
    _check_turn(item, reviewer, revision, at=at)
    _check_scores(scores, notes)
    outcome = outcome_of({name: scores[name] for name in CRITERIA})
    review = Review.objects.create(
        item=item,
        revision=item.revision,
        reviewer=reviewer,
        outcome=outcome,
        decided_at=at,
        **{name: scores[name] for name in CRITERIA},
        **{f"{name}_note": notes[name].strip() for name in CRITERIA},
    )
    if outcome == State.PUBLISHED:
        _publish(item, at=at)
    item.state = outcome
    item.changed_at = at
    item.save()
    record(_fact(item, review), actor=reviewer.pk, at=at)
    _tell_author(item, review, at=at)
    return review


def _check_turn(item: Item, reviewer: Person, revision: int | None, *, at: datetime) -> None:
    """Refuse who may not decide, or decides on what is not there to decide on."""
    if not policies.may_decide(reviewer, item, today=dates.day_of(at)):
        raise NotAReviewer
    decided = Review.objects.filter(item=item, revision=item.revision).exists()
    if decided or item.state not in (State.SUBMITTED, State.PUBLISHED):
        raise NothingToReview
    if revision not in (None, item.revision):
        raise ChangedMeanwhile


def _check_scores(scores: Mapping[str, int], notes: Mapping[str, str]) -> None:
    for name in CRITERIA:
        if scores.get(name) not in range(6) or not notes.get(name, "").strip():
            raise ScoreMissing(field=name)


def _publish(item: Item, *, at: datetime) -> None:
    """Set the dates of a publication; one that was out and is still valid keeps its own."""
    today = dates.day_of(at)
    latest = today + timedelta(days=settings.VALID_DAYS)
    if item.valid_until is None or item.valid_until <= today:
        item.valid_until = latest
    if item.state == State.PUBLISHED:
        return
    item.valid_until = min(item.valid_until, latest)
    item.published_at = item.published_at or at
    if item.contact_answered_at is None:
        item.contact_asked_at = None  # asked anew: while it was away nobody could answer


def _fact(item: Item, review: Review) -> ItemFact:
    if item.state == State.PUBLISHED:
        assert item.valid_until is not None  # nothing_is_published_without_an_end  # noqa: S101
        return ItemPublished(
            item=item.pk,
            side=item.side,
            revision=item.revision,
            item_kind=item.kind,
            region=item.region_id,
            organization=item.organization_id,
            valid_until=item.valid_until,
        )
    weak = tuple(name for name in CRITERIA if getattr(review, name) <= 2)
    held = ItemHeld if item.state == State.ON_HOLD else ItemRejected
    return held(item=item.pk, side=item.side, revision=item.revision, why=weak)


def _tell_author(item: Item, review: Review, *, at: datetime) -> None:
    words = {
        State.PUBLISHED: _now("“%s”已发布"),
        State.ON_HOLD: _now("“%s”还要补一补"),
        State.REJECTED: _now("“%s”没有通过审核"),
    }[State(review.outcome)]
    weakest = min(CRITERIA, key=lambda name: getattr(review, name))
    notices.send(
        person=item.holder,
        reason=Notice.Reason.GATE,
        title=words % item.title,
        body=getattr(review, f"{weakest}_note"),
        link=f"/{item.side}s/{item.pk}/",
        key=f"gate:{item.pk}:{item.revision}",
        at=at,
    )
