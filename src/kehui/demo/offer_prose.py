"""How an offer reads: what it solves, how, how well, for whom, on what terms."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from kehui.demo import wording
from kehui.demo.need_prose import MINIMUM, sentence
from kehui.demo.phrases import Speaker, pick
from kehui.demo.themes import Technique, Theme

KINDS = {
    "achievement": 0.42, "service": 0.24, "high_tech": 0.2, "capacity": 0.09, "pop_science": 0.05,
}  # fmt: skip
IN_USE, PILOT = 8, 6
SHARED_SOLVES = {
    "service": (
        "{b}没有条件自己做{test}",
        "送外省检测周期长、运费高",
        "缺一份说得清楚的{test}报告",
    ),
    "capacity": ("{b}一年用不了几次{gear}，自己买不划算", "样品要做，设备买不起、人养不起"),
    "pop_science": ("听众想听得懂、用得上的讲座", "基层找不到能讲{talk}的人"),
}


@dataclass(frozen=True, kw_only=True)
class OfferText:
    """Everything an offer says."""

    kind: str
    title: str
    description: str
    is_test: bool
    problem_solved: str
    advantage: str
    for_whom: str
    adopters: str
    evidence: str
    keywords: tuple[str, ...]
    technique: str
    trl: int | None
    price: tuple[int, int]  # ten thousand yuan


class OfferWriter:
    """Writes offers of one theme for one studio."""

    def __init__(self, rng: Random, theme: Theme, words: dict[str, str]) -> None:
        self.rng = rng
        self.theme = theme
        buyer = rng.choice(theme.buyers)
        short = (
            buyer.removesuffix("有限公司").removesuffix("有限责任公司").removesuffix("专业合作社")
        )
        if buyer.endswith(("有限公司", "有限责任公司")):
            short += "企业"
        elif buyer.endswith("专业合作社"):
            short += "合作社"
        thing = rng.choice(theme.objects)
        self.speaker = Speaker(rng, {**words, "o": thing, "b": short, "inst": theme.institute})

    def write(self, kind: str = "") -> OfferText:
        """Write one offer of the kind, or of any."""
        kind = kind or pick(self.rng, KINDS)
        if kind in {"capacity", "pop_science"}:
            return self._shared(kind)
        if kind == "service" and self.rng.random() < 0.35:
            return self._shared("service")
        technique = self.rng.choice(self.theme.techniques)
        if kind == "high_tech" and technique.trl[1] < IN_USE:
            kind = "achievement"  # nothing is promoted that nobody uses yet
        return self._made(kind, technique)

    def _made(self, kind: str, technique: Technique) -> OfferText:
        say = self.speaker
        problems = self.theme.solved_with(technique)
        problem = problems[0] if self.rng.random() < 0.8 else self.rng.choice(problems)
        say.words["short"] = problem.short
        if problem.things:
            say.words["o"] = self.rng.choice(problem.things)
        trl = self.rng.randint(*technique.trl)
        if kind == "high_tech":
            trl = technique.trl[1]
        pool: tuple[str, ...] = wording.CASE_LAB
        if trl >= PILOT:
            pool = wording.CASE_USED if trl >= IN_USE else wording.CASE_PILOT
        solved = sentence(say.one(wording.SOLVES))
        first = self.rng.choice(technique.how)
        how = sentence(say.say(first))
        gain = sentence(say.one(technique.gain))
        case = sentence(say.one(pool))
        fit = sentence(say.one(technique.fit)) if technique.fit else ""
        terms = sentence(say.one(wording.TERMS))
        rest = [each for each in technique.how if each != first]
        parts = {
            "solved": solved, "how": how, "gain": gain, "case": case, "fit": fit, "terms": terms,
            "more": sentence(say.one(rest)),
        }  # fmt: skip
        low, high = technique.price
        factor = self.rng.uniform(0.8, 1.3)
        return OfferText(
            kind=kind, is_test=False, title=say.one(technique.titles),
            description=self._arranged(parts),
            problem_solved=solved, advantage=gain,
            for_whom=(say.one(wording.FOR_WHOM) + ("；" + fit if fit else ""))[:200],
            adopters=case if trl >= PILOT else "",
            evidence=say.one(wording.EVIDENCE), keywords=self._keywords(technique),
            technique=f"{self.theme.key}/{technique.key}", trl=trl,
            price=(max(1, round(low * factor)), max(2, round(high * factor))),
        )  # fmt: skip

    def _arranged(self, parts: dict[str, str]) -> str:
        plans = (
            ("solved", "how", "gain", "case", "fit", "terms"),
            ("how", "more", "gain", "fit", "case"),
            ("solved", "how", "gain", "terms"),
            ("gain", "how", "case", "fit"),
            ("case", "solved", "how", "gain", "terms"),
            ("how", "gain", "case", "fit", "terms"),
            ("solved", "gain", "how", "fit"),
        )
        plan = self.rng.choice(plans)
        text = "".join(parts[each] for each in plan)
        for each in ("case", "fit", "terms", "solved", "more"):
            if len(text) >= MINIMUM:
                break
            if each not in plan:
                text += parts[each]
        while len(text) < MINIMUM:
            text += sentence(self.speaker.one(wording.TERMS[:4]))
        return text

    def _keywords(self, technique: Technique) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*technique.words[:4], self.speaker.words["o"])))

    def _shared(self, kind: str) -> OfferText:
        """Write an offer of a test, of machine time or of a talk."""
        say, rng = self.speaker, self.rng
        test, gear, talk = (
            rng.choice(each) for each in (self.theme.tests, self.theme.gear, self.theme.talks)
        )
        say.words |= {"test": test, "gear": gear, "talk": talk}
        titles, stories, price = {
            "service": (wording.TEST_OFFERS, wording.TEST_TEXT, (1, 6)),
            "capacity": (wording.CAPACITY_TITLES, wording.CAPACITY_TEXT, (1, 20)),
            "pop_science": (wording.TALK_OFFERS, wording.TALK_TEXT, (1, 1)),
        }[kind]  # fmt: skip
        heads = {
            "service": wording.TEST_HEADS,
            "capacity": ("现有{gear}，主要服务{inst}方向", "{gear}面向企业开放，{b}来得最多"),
            "pop_science": ("讲的是“{talk}”", "题目是“{talk}”，从身边的事讲起"),
        }[kind]  # fmt: skip
        told = say.some(stories, rng.randint(3, 4))
        if rng.random() < 0.4:
            told.reverse()
        text = "".join(sentence(each) for each in (say.one(heads), *told))
        while len(text) < MINIMUM:
            extra = sentence(say.one(stories))
            text += extra if extra not in text else sentence(say.one(wording.TERMS[:4]))
        return OfferText(
            kind=kind, is_test=True, title=say.one(titles), description=text,
            problem_solved=sentence(say.one(SHARED_SOLVES[kind])),
            advantage=sentence(told[0]), for_whom=say.one(wording.FOR_WHOM),
            adopters="", evidence=say.one(wording.SHARED_EVIDENCE),
            keywords=tuple(dict.fromkeys((say.words["o"], self.theme.name[:20]))),
            technique=f"{self.theme.key}/{kind}", trl=None, price=price,
        )  # fmt: skip
