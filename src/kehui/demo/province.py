"""The whole market of one invented province, item by item, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from random import Random

from kehui.demo import showcases, wording
from kehui.demo.cast import Casting
from kehui.demo.items import DemoNeed, DemoOffer, DemoOrganization, DemoStudio
from kehui.demo.need_prose import NeedWriter
from kehui.demo.offer_prose import OfferWriter
from kehui.demo.phrases import Speaker
from kehui.demo.places import County
from kehui.demo.shelves import shelf_of_need, shelf_of_offer
from kehui.demo.terms import (
    available_from,
    deadline,
    life_of_an_item,
    need_price,
    offer_price,
    served_regions,
    wanted_regions,
)
from kehui.demo.themes import Theme, all_themes
from kehui.demo.titles import DECORATED, DECORATED_NEED, fresh_title, titles_of
from kehui.demo.trades import Cast, voice_of


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

    def _offer(self, rng: Random, number: int, studio: DemoStudio, titles: set[int]) -> DemoOffer:
        person, organization = self._owner(studio)
        keys = self._themes_of(studio)
        theme = self._theme[rng.choice(keys)]
        county = self._county[studio.region]
        words = self._words(rng, county, theme)
        text = OfferWriter(rng, theme, words).write()
        title = fresh_title(
            titles, text.title,
            (lambda: OfferWriter(rng, theme, words).speaker.one(titles_of(theme, text)),
             lambda: rng.choice(DECORATED).format(
                 title=text.title, county=county.brief,
                 other=rng.choice(self.counties).brief, number=rng.randint(2, 60))),
        )  # fmt: skip
        life = life_of_an_item(rng, at=self.at)
        low, high, fixed, mode = offer_price(rng, text)
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
            regions_served=served_regions(rng, county, self.counties),
            capacity=rng.choice((1, 1, 2, 2, 3, 4, 6)),
            available_from=available_from(rng, at=self.at),
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

    def _need(
        self, rng: Random, number: int, buyer: DemoOrganization, titles: set[int]
    ) -> DemoNeed:
        county = self._county[buyer.region]
        theme = self._theme[buyer.themes[0]]
        words = self._words(rng, county, theme)
        voice = voice_of(buyer.name)
        text = NeedWriter(rng, theme, words, voice).write()
        titled = rng.choice(DECORATED_NEED)
        title = fresh_title(
            titles, text.title,
            (lambda: NeedWriter(rng, theme, words, voice).write(text.kind).title
             if text.kind not in {"problem", "expert", "achievement"} else
             titled.format(title=text.title, county=county.brief, number=rng.randint(2, 60)),
             lambda: rng.choice(DECORATED_NEED).format(
                 title=text.title, county=county.brief, number=rng.randint(2, 60))),
        )  # fmt: skip
        life = life_of_an_item(rng, at=self.at)
        low, high, fixed, mode = need_price(rng, theme, short=text.short, kind=text.kind)
        shelf = shelf_of_need(text.kind, theme)
        contact = self.cast.contact_of[buyer.number]
        speaker = Speaker(rng, words)
        checks = [each.verification for each in text.indicators][: rng.choice((0, 2))]
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
            region_requirement=wanted_regions(rng, county), background=text.background,
            main_problem=text.main_problem, target=text.target, tried=text.tried,
            deadline=deadline(rng, life, at=self.at), budget_low_fen=low, budget_high_fen=high,
            deliverable=speaker.one(wording.DELIVERABLES) if text.indicators else "",
            acceptance="；".join((*checks, acceptance))[:200],
            ip_wish=rng.choice(wording.IP_WISH) if text.indicators else "",
            contact_name=self.cast.people[contact].name, hides_name=rng.random() < 0.12,
            indicators=text.indicators,
        )  # fmt: skip

    def _words(self, rng: Random, county: County, theme: Theme) -> dict[str, str]:
        homes = [each for each in self.counties if each.code[:4] in theme.homes]
        there = rng.choice(homes or self.counties)
        name = county.name if county.city.startswith(county.name) else county.city + county.name
        return {"p": name, "pp": there.city_brief + there.brief, "city": county.city_brief}


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
