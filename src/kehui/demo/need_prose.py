"""How a need reads: the title, the story, and the parts of the form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from kehui.demo import wording
from kehui.demo.items import DemoIndicator
from kehui.demo.phrases import Speaker, pick
from kehui.demo.themes import Problem, Technique, Theme

KINDS = {
    "problem": 0.5, "achievement": 0.17, "service": 0.13, "expert": 0.1, "instrument": 0.06,
    "pop_science": 0.04,
}  # fmt: skip
SIGNS = {"≥": "ge", "≤": "le"}
_TARGET = re.compile(r"([≥≤=]?)\s*(\d+(?:\.\d+)?)(?:\s*[–~]\s*(\d+(?:\.\d+)?))?$")
MINIMUM = 110


@dataclass(frozen=True, kw_only=True)
class NeedText:
    """Everything a need says."""

    kind: str
    title: str
    description: str
    short: str  # of the problem
    background: str
    main_problem: str
    target: str
    tried: str
    indicators: tuple[DemoIndicator, ...]
    keywords: tuple[str, ...]
    solved_by: tuple[str, ...]


def indicator(speaker: Speaker, line: tuple[str, str, str, str, str]) -> DemoIndicator:
    """Say one measured target of a problem."""
    name, unit, now, target, check = (speaker.say(part) for part in line)
    found = _TARGET.match(target)
    if found is None:
        raise ValueError(f"a target is a sign and a number, not {target!r}")
    high = Decimal(found.group(3)) if found.group(3) else None
    return DemoIndicator(
        name=name,
        current=now if now not in {"—", "-"} else "",
        comparison="between" if high is not None else SIGNS.get(found.group(1), "eq"),
        target=Decimal(found.group(2)),
        target_high=high,
        unit=unit,
        verification=check,
    )


def sentence(*parts: str) -> str:
    """Join parts to one sentence with a full stop, or nothing when the last part is empty."""
    if not parts[-1]:
        return ""
    text = "".join(parts)
    return text if text.endswith(("。", "？", "！")) else text + "。"


class NeedWriter:
    """Writes needs of one theme for one asker."""

    def __init__(self, rng: Random, theme: Theme, words: dict[str, str], voice: str) -> None:
        self.theme = theme
        self.voice = voice
        we = rng.choice(wording.WE[voice])
        thing = rng.choice(theme.objects)
        self.rng = rng
        self.speaker = Speaker(rng, {**words, "o": thing, "we": we})

    def write(self, kind: str = "") -> NeedText:
        """Write one need of the kind, or of any."""
        kind = kind or pick(self.rng, KINDS)
        if kind in {"service", "instrument", "pop_science"}:
            return self._wanted(kind)
        problem = self.rng.choice(self.theme.problems)
        technique = self.theme.technique(self._key(problem))
        word = technique.words[0] if self.rng.random() < 0.6 else technique.words[1]
        self.speaker.words |= {"short": problem.short, "w": word}
        if problem.things:
            self.speaker.words["o"] = self.rng.choice(problem.things)
        self.speaker.prepare((*problem.trouble, *problem.goal, *problem.titles))
        for line in problem.indicators:
            self.speaker.prepare(line)
        titles = {"expert": wording.EXPERT_TITLES, "achievement": wording.ACHIEVEMENT_TITLES}
        return self._told(kind, problem, technique, titles.get(kind, problem.titles))

    def _key(self, problem: Problem) -> str:
        return problem.solved_by[int(len(problem.solved_by) * self.rng.random() ** 1.6)]

    def _told(
        self, kind: str, problem: Problem, technique: Technique, titles: tuple[str, ...]
    ) -> NeedText:
        say = self.speaker
        title = say.one(titles)
        place = sentence(say.one(self.theme.process))
        troubles = say.some(problem.trouble, 2)
        trouble = sentence(say.one(wording.TROUBLE_LEAD), troubles[0])
        more = sentence(troubles[1]) if len(troubles) > 1 else ""
        cause = sentence(say.one(wording.CAUSE_LEAD), say.one(problem.cause))
        tried = sentence(say.one(wording.TRIED_LEAD), say.one(problem.tried))
        goal = sentence(say.one(wording.GOAL_LEAD), say.one(problem.goal))
        limit = sentence(say.one(wording.LIMIT_LEAD), say.one(problem.limit))
        why = sentence(say.one(wording.WHY))
        parts = {
            "place": sentence(self._where(), place), "trouble": trouble, "more": more,
            "cause": cause, "tried": tried, "goal": goal, "limit": limit, "why": why,
            "ask": sentence(self._ask()), "open": self._opening(kind),
        }  # fmt: skip
        shown = min(len(problem.indicators), 1 + (self.rng.random() < 0.8) + self.rng.randint(0, 2))
        lines = problem.indicators if kind == "problem" else problem.indicators[:2]
        return NeedText(
            kind=kind,
            title=title,
            description=self._arranged(parts, kind),
            short=problem.short,
            background=sentence(self._where(), place) + why,
            main_problem=sentence(troubles[0]) + more + sentence(say.one(problem.cause)),
            target=sentence(say.one(problem.goal)) + (limit if self.rng.random() < 0.5 else ""),
            tried=sentence(say.one(problem.tried)),
            indicators=tuple(indicator(say, line) for line in lines[: max(shown, 1)]),
            keywords=self._keywords(technique),
            solved_by=tuple(f"{self.theme.key}/{key}" for key in problem.solved_by),
        )

    def _arranged(self, parts: dict[str, str], kind: str) -> str:
        plans = (
            ("place", "trouble", "cause", "tried", "goal", "limit", "ask"),
            ("trouble", "more", "place", "tried", "cause", "goal", "ask"),
            ("place", "trouble", "more", "why", "goal", "limit", "ask"),
            ("trouble", "cause", "tried", "why", "goal", "ask"),
            ("goal", "place", "trouble", "tried", "limit", "ask"),
            ("place", "tried", "trouble", "cause", "limit", "goal"),
            ("trouble", "why", "place", "cause", "goal", "ask"),
            ("trouble", "more", "tried", "goal", "limit"),
        )
        plan: tuple[str, ...] = self.rng.choice(plans)
        if kind in {"expert", "achievement"}:
            plan = ("place", "trouble", "open", "ask") if self.rng.random() < 0.5 else (
                "open", "trouble", "tried", "goal", "ask")  # fmt: skip
        text = "".join(parts[each] for each in plan)
        for each in ("more", "cause", "goal", "place", "tried", "limit", "why", "ask"):
            if len(text) >= MINIMUM:
                break
            if each not in plan:
                text += parts[each]
        if len(text) > 170 and self.rng.random() < 0.45:
            middle = len(plan) // 2
            first = "".join(parts[each] for each in plan[:middle])
            text = first + "\n" + text[len(first) :]
        return text

    def _opening(self, kind: str) -> str:
        pools: dict[str, tuple[str, ...]] = {
            "expert": wording.EXPERT_OPEN,
            "achievement": wording.ACHIEVEMENT_OPEN,
        }
        return sentence(self.speaker.one(pools.get(kind, ("",))))

    def _where(self) -> str:
        return self.speaker.one(
            ("{we}在{p}，", "{we}位于{p}，", "", "", "{p}，", "{we}的情况：", "先介绍背景：", "")
        )

    def _ask(self) -> str:
        pool: tuple[str, ...] = wording.ASK
        if self.voice == "coop" and self.rng.random() < 0.6:
            pool = wording.FARM_ASK
        return self.speaker.one(pool)

    def _keywords(self, technique: Technique) -> tuple[str, ...]:
        chosen = self.rng.sample(technique.words, min(3, len(technique.words)))
        return tuple(dict.fromkeys((self.speaker.words["o"], *chosen)))

    def _wanted(self, kind: str) -> NeedText:
        """Write a need for a test, an instrument or a talk: plain and short."""
        say, theme = self.speaker, self.theme
        say.words |= {
            "test": self.rng.choice(theme.tests), "gear": self.rng.choice(theme.gear),
            "talk": self.rng.choice(theme.talks),
        }  # fmt: skip
        titles, stories = WANTED[kind]
        place = sentence(self._where(), say.one(theme.process))
        told = [sentence(each) for each in say.some(stories, self.rng.choice((2, 3, 3)))]
        text = "".join((place, *told)) if kind != "pop_science" else "".join(told)
        for each in (*stories, *theme.process):
            filler = sentence(say.say(each))
            if len(text) < MINIMUM and filler[:12] not in text:
                text += filler
        return NeedText(
            kind=kind, title=say.one(titles), description=text, short="",
            background=place, main_problem="", target="", tried="", indicators=(),
            keywords=tuple(dict.fromkeys((say.words["o"], say.words["test"][:12]))),
            solved_by=(f"{theme.key}/{kind}",),
        )  # fmt: skip


WANTED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "service": (
        wording.SERVICE_TITLES,
        (
            "需要委托外单位做{test}，{每季度|每月|每批次}送样一次",
            "样品以自产产品和原料为主，单次[3~24]个，我们自己可以寄样",
            "要求出具{盖 CMA 章的|可用于体系审核的}报告，[5~15]个工作日内交付",
            "去年送过外省，来回运费和等待时间都太长，想在省内找一家固定合作",
            "报价请按单样和批量两档给，注明检测依据和检出限",
            "除了数据，最好有人能电话里把结果讲清楚",
        ),
    ),
    "instrument": (
        wording.INSTRUMENT_TITLES,
        (
            "做工艺试验要用到{gear}，自己买不划算，一年也就用[6~40/2]小时",
            "希望{可以派人自己上机|由对方实验员操作}，样品我们提前处理好",
            "时间上集中在{3 月和 9 月|下半年|这个季度}，能按小时或按样计费都行",
            "不要求排在最前面，两周内能约上就可以",
            "如果有开放基金或创新券可以抵扣，请一并说明",
            "样品[6~40/2]件，单件不超过[1~20]公斤，无毒无腐蚀",
        ),
    ),
    "pop_science": (
        wording.TALK_TITLES,
        (
            "计划{下个月|暑期|科技活动周}在{p}办一场面向{社员和家属|中小学生|社区居民|一线职工}的活动，[60~300/20]人左右",
            "主题想定为“{talk}”，不要太学术，最好带实物、带小实验",
            "场地、话筒、投影我们准备，讲课费按规定支付，可以报销往返交通",
            "往年的讲座听众坐不住，今年希望互动多一点，讲[40~60/10]分钟、留时间提问",
            "讲稿请提前一周发来，我们请一线的人先听一遍",
            "如果能连讲[2~4]场、走几个乡镇更好",
        ),
    ),
}
