"""The whole market of one invented province, item by item, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random

from kehui.demo import showcases, wording
from kehui.demo.cast import Cast, Casting, voice_of
from kehui.demo.items import DemoNeed, DemoOffer, DemoOrganization, DemoStudio
from kehui.demo.need_prose import NeedWriter
from kehui.demo.offer_prose import OfferText, OfferWriter
from kehui.demo.phrases import Speaker, pick
from kehui.demo.places import County
from kehui.demo.shelves import shelf_of_need, shelf_of_offer
from kehui.demo.themes import Theme, all_themes

TITLE_LENGTH = (6, 60)
VALID_DAYS = 180
YUAN, TEN_THOUSAND = 100, 1_000_000  # in fen
STATES = {
    "published": 0.80, "closed": 0.07, "expired": 0.05, "withdrawn": 0.03, "on_hold": 0.02,
    "submitted": 0.02, "draft": 0.01,
}  # fmt: skip
CLOSED = {"solved_here": 0.5, "solved_elsewhere": 0.2, "no_longer_needed": 0.2, "no_answer": 0.1}


@dataclass(frozen=True)
class Size:
    organizations: int
    people: int
    offers: int
    needs: int


SIZES = {
    "small": Size(640, 1600, 3040, 1540),
    "city": Size(2600, 6500, 13200, 6900),
    "province": Size(32_000, 80_000, 262_000, 140_000),
}


@dataclass(frozen=True)
class Life:
    """What became of an item, and when."""

    state: str
    created_at: datetime
    published_at: datetime | None
    valid_until: date | None
    closed_at: datetime | None
    close_reason: str


class Province:
    """Organizations, people, teams and studios at once; offers and needs as streams."""

    def __init__(self, size: Size, *, seed: int, at: datetime, counties: Sequence[County]) -> None:
        self.size, self.seed, self.at = size, seed, at
        self.counties = list(counties)
        self.themes = all_themes()
        self._theme = {each.key: each for each in self.themes}
        self._county = {each.code: each for each in counties}
        self.showcase: dict[str, int] = {}  # organization numbers of the hand-written part

    @cached_property
    def cast(self) -> Cast:
        casting = Casting(
            Random(f"{self.seed}/cast"), counties=self.counties, themes=self.themes, at=self.at
        )
        cast = casting.run(organizations=self.size.organizations, people=self.size.people)
        self.showcase = showcases.add_to(cast, at=self.at, themes=self._theme)
        return cast

    def offers(self) -> Iterator[DemoOffer]:
        """Give every offer; at first each county's own, twice around."""
        studios = [each for each in self.cast.studios if not self._is_hand_made(each)]
        local: dict[str, list[int]] = {}
        for each in studios:
            local.setdefault(each.region, []).append(each.number)
        order = sorted(local) * 2
        rng = Random(f"{self.seed}/offers")
        weights = [0.4 + rng.expovariate(1.0) for _ in studios]
        titles: set[int] = set()
        for number in range(self.size.offers):
            mine = Random(f"{self.seed}/offer/{number}")
            if number < len(order):
                studio = studios[mine.choice(local[order[number]])]
            else:
                studio = rng.choices(studios, cum_weights=_running(weights))[0]
            yield self._offer(mine, number, studio, titles)
        yield from showcases.offers(
            self.size.offers, self.cast, self.showcase, at=self.at, themes=self._theme
        )

    def needs(self) -> Iterator[DemoNeed]:
        """Give every need; at first one of each buyer, so that every county has some."""
        everybody = self.cast.organizations
        hand_made = set(self.showcase.values())
        buyers = [
            each for each in everybody if not each.is_supplier and each.number not in hand_made
        ]
        rng = Random(f"{self.seed}/needs")
        weights = [0.3 + rng.expovariate(1.0) for _ in buyers]
        titles: set[int] = set()
        for number in range(self.size.needs):
            mine = Random(f"{self.seed}/need/{number}")
            if number < len(buyers):
                buyer = buyers[number]
            else:
                buyer = rng.choices(buyers, cum_weights=_running(weights))[0]
            yield self._need(mine, number, buyer, titles)
        yield from showcases.needs(
            self.size.needs, self.cast, self.showcase, at=self.at, themes=self._theme
        )

    def _is_hand_made(self, studio: DemoStudio) -> bool:
        return self._owner(studio)[1] in self.showcase.values()

    # ------------------------------------------------------------------ offers
    def _offer(self, rng: Random, number: int, studio: DemoStudio, titles: set[int]) -> DemoOffer:
        person, organization = self._owner(studio)
        keys = self._themes_of(studio)
        theme = self._theme[rng.choice(keys)]
        county = self._county[studio.region]
        words = self._words(rng, county, theme)
        text = OfferWriter(rng, theme, words).write()
        title = _fresh_title(
            titles, text.title,
            (lambda: OfferWriter(rng, theme, words).speaker.one(_titles_of(theme, text)),
             lambda: rng.choice(DECORATED).format(
                 title=text.title, county=county.brief,
                 other=rng.choice(self.counties).brief, number=rng.randint(2, 60))),
        )  # fmt: skip
        life = self._life(rng)
        low, high, fixed, mode = self._offer_price(rng, text)
        shelf = shelf_of_offer(text.kind, theme, is_test=text.is_test)
        return DemoOffer(
            number=number, kind=text.kind, theme=theme.key, field=theme.field, category=shelf[0],
            label=shelf[1], title=title, description=text.description, industry=theme.industry,
            keywords=text.keywords, region=studio.region, price_mode=mode, price_fen=fixed,
            negotiable_reason=rng.choice(wording.NEGOTIABLE) if mode == "negotiated" else "",
            trl=text.trl, tier=0, holder=person, organization=organization, state=life.state,
            created_at=life.created_at, published_at=life.published_at,
            valid_until=life.valid_until, closed_at=life.closed_at,
            close_reason=life.close_reason, technique=text.technique, studio=studio.number,
            problem_solved=text.problem_solved, advantage=text.advantage, for_whom=text.for_whom,
            regions_served=self._served(rng, county), capacity=rng.choice((1, 1, 2, 2, 3, 4, 6)),
            available_from=self._available(rng),
            trl_evidence=wording.TRL_EVIDENCE.get(text.trl or 0, ""), price_low_fen=low,
            price_high_fen=high, evidence=Speaker(rng).say(text.evidence), adopters=text.adopters,
            employer_consent=rng.choice(("given", "given", "given", "not_needed", "unknown")),
            disciplines=theme.disciplines,
        )  # fmt: skip

    def _owner(self, studio: DemoStudio) -> tuple[int, int | None]:
        if studio.organization is not None:
            return self.cast.contact_of[studio.organization], studio.organization
        lead = self.cast.teams[studio.team].lead if studio.team is not None else studio.person
        assert lead is not None  # noqa: S101 - a studio has exactly one owner
        return lead, self.cast.people[lead].employer

    def _themes_of(self, studio: DemoStudio) -> tuple[str, ...]:
        if studio.organization is not None:
            return self.cast.organizations[studio.organization].themes
        if studio.team is not None:
            return (self.cast.teams[studio.team].theme,)
        assert studio.person is not None  # noqa: S101 - a studio has exactly one owner
        return self.cast.people[studio.person].themes

    def _served(self, rng: Random, county: County) -> tuple[str, ...]:
        if rng.random() < 0.55:
            return ("510000",) if rng.random() < 0.7 else ("510000", "500000")
        if rng.random() < 0.35:
            return ()
        near = rng.sample([each.code[:4] + "00" for each in self.counties], 2)
        return tuple(sorted({county.code[:4] + "00", *near[: rng.randint(0, 2)]}))

    def _available(self, rng: Random) -> date | None:
        if rng.random() < 0.4:
            return None
        return self.at.date() + timedelta(days=rng.choice((0, 0, 7, 14, 30, 45, 60, 90)))

    def _offer_price(
        self, rng: Random, text: OfferText
    ) -> tuple[int | None, int | None, int | None, str]:
        low, high = text.price
        if text.kind in {"service", "capacity", "pop_science"} and text.trl is None:
            yuan = rng.choice((200, 300, 380, 500, 600, 800, 1200, 1500, 1800, 2600, 3200, 4800))
            return None, None, yuan * YUAN, "fixed"
        if rng.random() < 0.3:
            return None, None, rng.randint(low, high) * TEN_THOUSAND, "fixed"
        if rng.random() < 0.8:
            return low * TEN_THOUSAND, high * TEN_THOUSAND, None, "negotiated"
        return None, None, None, "negotiated"

    # ------------------------------------------------------------------ needs
    def _need(
        self, rng: Random, number: int, buyer: DemoOrganization, titles: set[int]
    ) -> DemoNeed:
        county = self._county[buyer.region]
        theme = self._theme[buyer.themes[0]]
        words = self._words(rng, county, theme)
        voice = voice_of(buyer.name)
        text = NeedWriter(rng, theme, words, voice).write()
        titled = rng.choice(DECORATED_NEED)
        title = _fresh_title(
            titles, text.title,
            (lambda: NeedWriter(rng, theme, words, voice).write(text.kind).title
             if text.kind not in {"problem", "expert", "achievement"} else
             titled.format(title=text.title, county=county.brief, number=rng.randint(2, 60)),
             lambda: rng.choice(DECORATED_NEED).format(
                 title=text.title, county=county.brief, number=rng.randint(2, 60))),
        )  # fmt: skip
        life = self._life(rng)
        low, high, fixed, mode = self._need_price(rng, theme, text.short, text.kind)
        shelf = shelf_of_need(text.kind, theme)
        contact = self.cast.contact_of[buyer.number]
        speaker = Speaker(rng, words)
        checks = [each.verification for each in text.indicators][:2]
        acceptance = speaker.one(wording.ACCEPTANCE)
        return DemoNeed(
            number=number, kind=text.kind, theme=theme.key, field=theme.field, category=shelf[0],
            label=shelf[1], title=title, description=text.description, industry=theme.industry,
            keywords=text.keywords, region=buyer.region, price_mode=mode, price_fen=fixed,
            negotiable_reason=rng.choice(wording.NEGOTIABLE) if mode == "negotiated" else "",
            trl=rng.choice((None, 5, 6, 6, 7, 7, 8, 8, 9)) if text.indicators else None,
            tier=rng.choice((0, 0, 0, 0, 1)), holder=contact, organization=buyer.number,
            state=life.state, created_at=life.created_at, published_at=life.published_at,
            valid_until=life.valid_until, closed_at=life.closed_at,
            close_reason=life.close_reason, solved_by=text.solved_by,
            region_requirement=self._wanted_regions(rng, county), background=text.background,
            main_problem=text.main_problem, target=text.target, tried=text.tried,
            deadline=self._deadline(rng, life), budget_low_fen=low, budget_high_fen=high,
            deliverable=speaker.one(wording.DELIVERABLES) if text.indicators else "",
            acceptance=("；".join((*checks, acceptance)) if rng.random() < 0.5 else acceptance)[:200],
            ip_wish=rng.choice(wording.IP_WISH) if text.indicators else "",
            contact_name=self.cast.people[contact].name, hides_name=rng.random() < 0.12,
            indicators=text.indicators,
        )  # fmt: skip

    def _wanted_regions(self, rng: Random, county: County) -> tuple[str, ...]:
        drawn = rng.random()
        if drawn < 0.5:
            return ()
        if drawn < 0.78:
            return ("510000",)
        if drawn < 0.9:
            return ("500000", "510000")
        return tuple(sorted({county.code[:4] + "00", "510100"}))

    def _need_price(
        self, rng: Random, theme: Theme, short: str, kind: str
    ) -> tuple[int | None, int | None, int | None, str]:
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

    def _deadline(self, rng: Random, life: Life) -> date:
        start = (life.published_at or life.created_at).date()
        last = start + timedelta(days=rng.choice((60, 90, 120, 180, 180, 240, 300, 365, 540)))
        if life.state in {"published", "on_hold", "submitted", "draft"}:
            last = max(last, self.at.date() + timedelta(days=rng.randint(20, 200)))
        return last

    # ------------------------------------------------------------------ both
    def _words(self, rng: Random, county: County, theme: Theme) -> dict[str, str]:
        homes = [each for each in self.counties if each.code[:4] in theme.homes]
        there = rng.choice(homes or self.counties)
        name = county.name if county.city.startswith(county.name) else county.city + county.name
        return {"p": name, "pp": there.city_brief + there.brief, "city": county.city_brief}

    def _life(self, rng: Random) -> Life:
        state = pick(rng, STATES)
        days = 365 * rng.random() ** 1.5
        if state == "expired":
            days = rng.uniform(VALID_DAYS + 1, 365)
        elif state in {"closed", "withdrawn"}:
            days = rng.uniform(20, 365)
        elif state in {"on_hold", "submitted", "draft"}:
            days = rng.uniform(0, 14)
        seen = self.at - timedelta(days=days, minutes=rng.randint(1, 600))
        created = seen - timedelta(hours=rng.uniform(2, 90))
        if state in {"on_hold", "submitted", "draft"}:
            return Life(state, created, None, None, None, "")
        last = seen.date() + timedelta(days=VALID_DAYS)
        while state == "published" and last <= self.at.date():
            last += timedelta(days=VALID_DAYS)
        closed = None
        if state == "closed":
            span = (self.at - seen) * rng.uniform(0.2, 0.95)
            closed = seen + span
        return Life(state, created, seen, last, closed, pick(rng, CLOSED) if closed else "")


DECORATED = (
    "{title}·{county}", "{title}：方案与实施", "{county}{title}", "{title}，可先做小试",
    "{title}，{other}已有用户", "{title}，{county}可上门", "{title}，{county}团队",
)  # fmt: skip
DECORATED_NEED = (
    "{county}：{title}", "{title}（{county}）", "{title}，先做小试", "{title}，可分期做",
    "{title}（求{county}周边团队）", "急寻：{title}", "{title}，欢迎联合攻关",
)  # fmt: skip


def _titles_of(theme: Theme, text: OfferText) -> tuple[str, ...]:
    key = text.technique.partition("/")[2]
    found = [each.titles for each in theme.techniques if each.key == key]
    return found[0] if found else (text.title,)


def _fresh_title(titles: set[int], title: str, again: Sequence[object]) -> str:
    """Return the title, or another one when it is taken; very big markets may repeat some."""
    low, high = TITLE_LENGTH
    for attempt in range(8):
        if hash_of(title) not in titles and low <= len(title) <= high:
            break
        other: str = again[min(attempt // 2, len(again) - 1)]()  # type: ignore[operator]
        if low <= len(other) <= high:
            title = other
    titles.add(hash_of(title))
    return title[:high]


def hash_of(title: str) -> int:
    """Return a number for the title that is the same in every process."""
    return int.from_bytes(title.encode()[-60:], "big") % 2305843009213693951


def _round_sum(amount: int) -> int:
    """Round ten thousands of yuan as people do: 37 becomes 35, 143 becomes 140."""
    if amount < 10:
        return max(1, amount)
    step = 5 if amount < 100 else 10
    return amount // step * step


_SUMS: dict[int, list[float]] = {}


def _running(weights: list[float]) -> list[float]:
    """Return the running sums of the weights, computed once per list."""
    known = _SUMS.get(id(weights))
    if known is None or len(known) != len(weights):
        total, known = 0.0, []
        for each in weights:
            total += each
            known.append(total)
        _SUMS.clear()
        _SUMS[id(weights)] = known
    return known
