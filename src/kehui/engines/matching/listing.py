"""The plain values the matching engine reads: one listing, one indicator, one matching rule.

Whoever feeds the engine (the adapter) turns rows into these. Days are proleptic ordinals
(`date.toordinal()`), money is integer fen, unknown is None and never a guess.
"""

from dataclasses import dataclass
from typing import Final, Literal

Side = Literal["offer", "need"]
Comparator = Literal[">=", "<=", "=", "range"]

OFFER: Side = "offer"
NEED: Side = "need"
PERSON: Final = "person"  # an offer: what somebody is known for
CALL: Final = "call"  # a need: an open call
TARGETS: Final = frozenset({PERSON, CALL})  # kinds that are shown only when asked for


@dataclass(frozen=True, slots=True)
class Indicator:
    """A measurable statement: `Indicator("抗拉强度", ">=", 500, None, "MPa")`.

    A need says what it wants, an offer what it reaches. `upper` is given for a range only.
    Units the engine does not know are compared only with the very same spelling.
    """

    name: str
    comparator: Comparator
    value: float
    upper: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One offer or one need as the engine sees it.

    Fields:
        id: unique among all listings of both sides (row numbers of two tables must be kept apart).
        side: "offer" (科技所能) or "need" (科技所需).
        title, body: as written, tier-cleared: nothing above `tier` may stand here.
        region: six-digit code of GB/T 2260, 0 when unknown; a city or province code is fine.
        industry: class of GB/T 4754-2017 such as "C2614", or a shorter code, or "".
        kind: code of the kind; a facet, but for PERSON and CALL, which see `TARGETS`.
        owner: the party; two listings of one party never match. 0 is nobody's.
        is_open: published, not closed, not expired.
        tier: disclosure tier 0..3; shown only to viewers of at least this tier.
        price_low_fen, price_high_fen: price asked (offer) or budget (need); a single price is both.
        trl: readiness reached (offer) or required (need), 1..9.
        region_requirement: code prefixes ("51", "5101") one of which the other side's region must
            start with; empty means anywhere.
        deadline_day: a need's last day.
        lead_days: days an offer needs from order to result.
        capacity: jobs an offer can take on now; 0 is full.
        reply_hours: median hours until the owner answers, from real data.
        published_day: first day it was public.
        indicators: see `Indicator`; read from the form, or by `read_indicators` from the text.
        languages, licenses: codes a need asks for and an offer has.
        tags: free labels; facet only.
    """

    id: int
    side: Side
    title: str
    body: str = ""
    region: int = 0
    industry: str = ""
    kind: str = ""
    owner: int = 0
    is_open: bool = True
    tier: int = 0
    price_low_fen: int | None = None
    price_high_fen: int | None = None
    trl: int | None = None
    region_requirement: tuple[str, ...] = ()
    deadline_day: int | None = None
    lead_days: int | None = None
    capacity: int | None = None
    reply_hours: float | None = None
    published_day: int = 0
    indicators: tuple[Indicator, ...] = ()
    languages: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
