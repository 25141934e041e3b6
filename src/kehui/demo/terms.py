"""What became of an item, and on which terms it is offered or wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from kehui.demo.offer_prose import OfferText
from kehui.demo.phrases import pick
from kehui.demo.places import County
from kehui.demo.themes import Theme

VALID_DAYS = 180
YUAN, TEN_THOUSAND = 100, 1_000_000  # in fen
STATES = {
    "published": 0.80, "closed": 0.07, "expired": 0.05, "withdrawn": 0.03, "on_hold": 0.02,
    "submitted": 0.02, "draft": 0.01,
}  # fmt: skip
CLOSED = {"solved_here": 0.5, "solved_elsewhere": 0.2, "no_longer_needed": 0.2, "no_answer": 0.1}
WAITING = frozenset({"on_hold", "submitted", "draft"})

# Low and high of a band, a fixed price, and the mode; amounts in fen
Price = tuple[int | None, int | None, int | None, str]


@dataclass(frozen=True)
class Life:
    """What became of an item, and when."""

    state: str
    created_at: datetime
    published_at: datetime | None
    valid_until: date | None
    closed_at: datetime | None
    close_reason: str


def served_regions(rng: Random, county: County, counties: Sequence[County]) -> tuple[str, ...]:
    """Return where an offer is good for; empty means the whole country."""
    if rng.random() < 0.55:
        return ("510000",) if rng.random() < 0.7 else ("510000", "500000")
    if rng.random() < 0.35:
        return ()
    near = rng.sample([each.code[:4] + "00" for each in counties], 2)
    return tuple(sorted({county.code[:4] + "00", *near[: rng.randint(0, 2)]}))


def available_from(rng: Random, *, at: datetime) -> date | None:
    """Return the day on which work could begin, or nothing."""
    if rng.random() < 0.4:
        return None
    return at.date() + timedelta(days=rng.choice((0, 0, 7, 14, 30, 45, 60, 90)))


def offer_price(rng: Random, text: OfferText) -> Price:
    """Return a price that suits the offer."""
    low, high = text.price
    if text.kind in {"service", "capacity", "pop_science"} and text.trl is None:
        yuan = rng.choice((200, 300, 380, 500, 600, 800, 1200, 1500, 1800, 2600, 3200, 4800))
        return None, None, yuan * YUAN, "fixed"
    if rng.random() < 0.3:
        return None, None, rng.randint(low, high) * TEN_THOUSAND, "fixed"
    if rng.random() < 0.8:
        return low * TEN_THOUSAND, high * TEN_THOUSAND, None, "negotiated"
    return None, None, None, "negotiated"


def wanted_regions(rng: Random, county: County) -> tuple[str, ...]:
    """Return where a provider should be from; empty means anywhere."""
    drawn = rng.random()
    if drawn < 0.5:
        return ()
    if drawn < 0.78:
        return ("510000",)
    if drawn < 0.9:
        return ("500000", "510000")
    return tuple(sorted({county.code[:4] + "00", "510100"}))


def need_price(rng: Random, theme: Theme, *, short: str, kind: str) -> Price:
    """Return what the asker would pay."""
    if kind in {"service", "instrument", "pop_science"}:
        return None, None, rng.choice((8, 12, 20, 30, 45, 60, 80, 120)) * 100 * YUAN, "fixed"
    ranges = [each.budget for each in theme.problems if each.short == short]
    low, high = ranges[0] if ranges else (5, 50)
    share = 0.35 if kind == "expert" else 1.0
    top = max(2, round(rng.uniform(low, high) * share))
    bottom = max(1, round(top * rng.choice((0.5, 0.6, 0.7, 0.8))))
    if rng.random() < 0.35:
        return None, None, _round_sum(top) * TEN_THOUSAND, "fixed"
    bottom, top = _round_sum(bottom), _round_sum(top)
    return min(bottom, top) * TEN_THOUSAND, top * TEN_THOUSAND, None, "negotiated"


def deadline(rng: Random, life: Life, *, at: datetime) -> date:
    """Return the day by which it should be done; an open need has time left."""
    start = (life.published_at or life.created_at).date()
    last = start + timedelta(days=rng.choice((60, 90, 120, 180, 180, 240, 300, 365, 540)))
    if life.state == "published" or life.state in WAITING:
        last = max(last, at.date() + timedelta(days=rng.randint(20, 200)))
    return last


def life_of_an_item(rng: Random, *, at: datetime) -> Life:
    """Invent when the item was made and what became of it; all before `at`."""
    state = pick(rng, STATES)
    days = 365 * rng.random() ** 1.5
    if state == "expired":
        days = rng.uniform(VALID_DAYS + 1, 365)
    elif state in {"closed", "withdrawn"}:
        days = rng.uniform(20, 365)
    elif state in WAITING:
        days = rng.uniform(0, 14)
    seen = at - timedelta(days=days, minutes=rng.randint(1, 600))
    created = seen - timedelta(hours=rng.uniform(2, 90))
    if state in WAITING:
        return Life(state, created, None, None, None, "")
    last = seen.date() + timedelta(days=VALID_DAYS)
    while state == "published" and last <= at.date():
        last += timedelta(days=VALID_DAYS)
    closed = None
    if state == "closed":
        span = (at - seen) * rng.uniform(0.2, 0.95)
        closed = seen + span
    return Life(state, created, seen, last, closed, pick(rng, CLOSED) if closed else "")


def _round_sum(amount: int) -> int:
    """Round ten thousands of yuan as people do: 37 becomes 35, 143 becomes 140."""
    if amount < 10:
        return max(1, amount)
    step = 5 if amount < 100 else 10
    return amount // step * step
