"""The only file that knows both rows and the matching engine.

Every process holds one index: a snapshot mapped from the disk and the items changed since. It is
refreshed when the snapshot was switched, an item changed or a term was added, which two cheap
queries tell.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
from django.conf import settings

from kehui.core import dates, industries
from kehui.engines import matching as engine
from kehui.engines.text import Lexicon
from kehui.market.models import Indicator, Need, Offer, State, Tier
from kehui.market.selectors import terms
from kehui.matching.selectors import listings

ENGINE: Final = "1"
CURRENT: Final = "current"  # a file that names the folder in force
MARGIN: Final = timedelta(minutes=10)  # a slow transaction may commit behind its items' own clock
COMPARATORS: Final[Mapping[str, engine.Comparator]] = {
    "ge": ">=",
    "le": "<=",
    "eq": "=",
    "between": "range",
}

Vector = np.ndarray[Any, np.dtype[np.float32]]


class IndexMissing(Exception):  # noqa: N818 - a state that callers handle
    """No snapshot can be read; one has to be built."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A counterpart with its score and its argument, as plain data."""

    other: int
    score: int
    order: float
    parts: list[dict[str, Any]]
    explanation: dict[str, Any]

    def lowered(self, points: int, reasons: Sequence[str]) -> "Found":
        """Return the same with points (0 or less) taken away, as a part of its own."""
        if not points:
            return self
        taken = max(points, -self.score)
        part = {"name": "feedback", "got": taken, "most": 0, "reasons": list(reasons)}
        return replace(
            self,
            score=self.score + taken,
            order=max(0.0, self.order + points),
            parts=[*self.parts, part],
        )


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The index in force: what it was built from, and when."""

    folder: str
    built_at: datetime
    offers: int
    needs: int
    encoder: str
    changed_since: int


# --- rows into listings -------------------------------------------------------------------------


def listing_of(item: Offer | Need) -> engine.Listing:
    """Return the item as the engine reads it; nothing above its public tier stands in the text."""
    shared: dict[str, Any] = {
        "id": item.pk,
        "title": item.title,
        "region": _region(item.region_id),
        "industry": _industry(item.industry),
        "kind": item.kind,
        "is_open": item.state == State.PUBLISHED,
        "tier": Tier.PUBLIC,
        "trl": item.trl,
        "published_day": item.published_at.toordinal() if item.published_at else 0,
        "tags": tuple(item.keywords),
    }
    return _need(item, shared) if isinstance(item, Need) else _offer(item, shared)


def _need(need: Need, shared: dict[str, Any]) -> engine.Listing:
    is_public = need.tier == Tier.PUBLIC
    hidden = (need.background, need.main_problem, need.target, need.tried) if is_public else ()
    indicators = need.indicators.all() if is_public else ()
    return engine.Listing(
        side="need",
        body=_joined(need.description, *hidden),
        owner=need.organization_id or -need.holder_id,
        price_low_fen=need.budget_low_fen or need.price_fen,
        price_high_fen=need.budget_high_fen or need.price_fen,
        region_requirement=tuple(_prefix(code) for code in need.region_requirement),
        deadline_day=need.deadline.toordinal() if need.deadline else None,
        indicators=tuple(_indicator(each) for each in indicators),
        **shared,
    )


def _offer(offer: Offer, shared: dict[str, Any]) -> engine.Listing:
    hidden = (offer.adopters, offer.evidence) if offer.tier == Tier.PUBLIC else ()
    words = "、".join(offer.keywords)
    body = _joined(
        offer.description, offer.problem_solved, offer.advantage, offer.for_whom, *hidden, words
    )
    return engine.Listing(
        side="offer",
        body=body,
        owner=offer.organization_id or offer.studio.organization_id or -offer.holder_id,
        price_low_fen=offer.price_low_fen or offer.price_fen,
        price_high_fen=offer.price_high_fen or offer.price_fen,
        region_requirement=tuple(_prefix(code) for code in offer.regions_served),
        capacity=offer.capacity,
        indicators=engine.read_indicators(body),
        **shared,
    )


def _joined(*texts: str) -> str:
    return "\n".join(text.strip() for text in texts if text.strip())


def _region(code: str) -> int:
    """Return the six digits of a place; a park stands where its parent does."""
    digits = code if code.isdecimal() else code.split("-")[1]
    return int(digits[:6])


def _prefix(code: str) -> str:
    """Return what the codes of a place and of everything in it begin with."""
    digits = str(_region(code))
    return digits[:2] if digits.endswith("0000") else digits.removesuffix("00")


@cache
def _industry(code: str) -> str:
    """Return the code behind its section's letter: C2614."""
    if not code or code[0].isalpha():
        return code
    return f"{industries.section_of(code).code}{code}"


def _indicator(row: Indicator) -> engine.Indicator:
    return engine.Indicator(
        name=row.name,
        comparator=COMPARATORS[row.comparison],
        value=float(row.target),
        upper=float(row.target_high) if row.target_high is not None else None,
        unit=row.unit,
    )


# --- the index of this process ---------------------------------------------------------------------


class _Held:
    """What this process has mapped last, and by which stamps it was fresh."""

    lock = Lock()
    encoder = engine.UniversalSentenceEncoder()
    folder = ""
    snapshot: engine.Snapshot | None = None
    built_at = datetime.min.replace(tzinfo=UTC)
    stamp: tuple[object, ...] = ()
    index: engine.Index | None = None
    changed = 0


def index() -> engine.Index:
    """Return the index of this moment.

    Raises:
        IndexMissing: no snapshot is there, or it cannot be read.
    """
    with _Held.lock:
        _map_snapshot()
        lexicon = terms.lexicon()
        stamp = (_Held.folder, id(lexicon), *listings.change_stamp(_Held.built_at - MARGIN))
        if _Held.index is None or stamp != _Held.stamp:
            _Held.index = _fresh_index(lexicon)
            _Held.stamp = stamp
        return _Held.index


def _map_snapshot() -> None:
    folder = current_folder()
    if folder is None:
        raise IndexMissing("no snapshot")
    if folder.name == _Held.folder:
        return
    try:
        _Held.snapshot = engine.Snapshot.open(folder)
    except engine.SnapshotUnreadable as error:
        raise IndexMissing(str(error)) from error
    _Held.folder = folder.name
    _Held.built_at = built_at(folder)
    _Held.index = None


def _fresh_index(lexicon: Lexicon) -> engine.Index:
    assert _Held.snapshot is not None  # _map_snapshot ran  # noqa: S101
    changed = listings.changed_since(_Held.built_at - MARGIN)
    _Held.changed = len(changed)
    open_now = [listing_of(each) for each in changed if each.state == State.PUBLISHED]
    gone = [each.pk for each in changed if each.state != State.PUBLISHED]
    vectors = stored_vectors([each.id for each in open_now])
    return engine.Index(
        _Held.snapshot,
        open_now,
        gone,
        encoder=_Held.encoder,
        lexicon=lexicon,
        vectors=vectors,
    )


def stored_vectors(numbers: Sequence[int] | None = None) -> dict[int, Vector]:
    """Return the vectors made at publish time by the encoder in force, by item."""
    rows = listings.vectors(encoder_name(), numbers)
    return {item: np.frombuffer(vector, dtype="<f4") for item, vector in rows}


def embed(items: Sequence[Offer | Need]) -> dict[int, bytes]:
    """Return the vector of each item's text, as it is stored."""
    read = [listing_of(each) for each in items]
    vectors = engine.embed(_Held.encoder, [(each.title, each.body) for each in read])
    return {
        each.id: np.ascontiguousarray(vector, dtype="<f4").tobytes()
        for each, vector in zip(read, vectors, strict=True)
    }


def encoder_name() -> str:
    return f"{_Held.encoder.id} {_Held.encoder.version}"


def version() -> str:
    """Return what made a score: engine, rule and encoder."""
    return f"kehui-{ENGINE} {encoder_name()}"


# --- snapshots on the disk ----------------------------------------------------------------------------


def current_folder() -> Path | None:
    """Return the folder of the snapshot in force."""
    pointer = Path(settings.INDEX_DIR) / CURRENT
    try:
        folder = pointer.parent / pointer.read_text("ascii").strip()
    except OSError:
        return None
    return folder if folder.is_dir() else None


def built_at(folder: Path) -> datetime:
    """Return the instant up to which a snapshot knows every item; its name says it."""
    return datetime.strptime(folder.name, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def build(*, at: datetime, progress: Callable[[int], None] | None = None) -> engine.Manifest:
    """Write a snapshot of everything published now and put it in force; the two last ones stay."""
    root = Path(settings.INDEX_DIR)
    root.mkdir(parents=True, exist_ok=True)
    folder = root / at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
    manifest = engine.build_snapshot(
        (listing_of(item) for item in listings.published()),
        folder,
        encoder=_Held.encoder,
        vectors=stored_vectors(),
        processes=2 if listings.published_count() > 20_000 else 1,
        progress=progress,
    )
    pointer = root / f".{CURRENT}.{folder.name}"
    pointer.write_text(folder.name, "ascii")
    pointer.replace(root / CURRENT)
    return manifest


def standing() -> Standing:
    """Return what is in force.

    Raises:
        IndexMissing: nothing is.
    """
    held = index()
    manifest = held.snapshot.manifest
    return Standing(
        folder=_Held.folder,
        built_at=_Held.built_at,
        offers=manifest.offers,
        needs=manifest.needs,
        encoder=held.encoder_name,
        changed_since=_Held.changed,
    )


# --- questions ---------------------------------------------------------------------------------------------


def suggest(item: Offer | Need, *, k: int, at: datetime) -> list[Found]:
    """Return the item's best counterparts with their arguments, the best first."""
    held = index()
    mine = listing_of(item)
    today = dates.day_of(at).toordinal()
    scored = engine.match(
        held, mine, k=k, today=today, vector=stored_vectors([item.pk]).get(item.pk)
    )
    others = listings.by_number([each.id for each in scored])
    return [_found(held, mine, listing_of(others[each.id]), each) for each in scored if each.id in others]


def explain(need: Need, offer: Offer) -> Found:
    """Return the argument of any pair, whether it was suggested or not."""
    held = index()
    one, other = listing_of(need), listing_of(offer)
    explanation = engine.explain(held, one, other)
    return Found(
        other=offer.pk,
        score=explanation.score,
        order=explanation.exact,
        parts=_parts(explanation.parts),
        explanation=asdict(explanation),
    )


def count_alike(item: Offer | Need, *, at: datetime, floor: float) -> int:
    """Return how many counterparts reach the score; at most 100 are looked at."""
    today = dates.day_of(at).toordinal()
    scored = engine.match(index(), listing_of(item), k=100, today=today)
    return sum(each.exact >= floor for each in scored)


def _found(
    held: engine.Index, mine: engine.Listing, other: engine.Listing, scored: engine.Scored
) -> Found:
    need, offer = (mine, other) if mine.side == "need" else (other, mine)
    explanation = engine.explain(held, need, offer)
    return Found(
        other=other.id,
        score=scored.score,
        order=scored.exact,
        parts=_parts(scored.parts),
        explanation=asdict(explanation),
    )


def _parts(parts: Sequence[engine.Part]) -> list[dict[str, Any]]:
    return [{"name": part.name, "got": part.got, "most": part.most} for part in parts]


def published_weights() -> dict[str, float]:
    """Return the most points each part can give, in the order of the rule."""
    return dict(zip(engine.PARTS, engine.PUBLISHED.values(), strict=True))


