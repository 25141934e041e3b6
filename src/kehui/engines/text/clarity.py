"""How clearly a need is written: what a solver has to know before saying yes (需求体检)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kehui.engines.text.amounts import quantities
from kehui.engines.text.normal import normalize
from kehui.engines.text.segment import words

_SYMPTOM = re.compile(
    r"低|高|差|慢|多|少|不足|不够|堵|漏|裂|断|结垢|腐蚀|污染|浪费|费工|费时|故障|波动|损|难|缺"
)
_LIMIT = re.compile(
    r"不能|不得|不超过|以内|限制|场地|空间|面积|成本|停产|安全|标准|法规|资质|保密|现有设备"
)
_SAMPLE = re.compile(r"样品|样本|数据|检测报告|检测单|图纸|照片|台账|记录")
_TRIED = re.compile(r"试过|曾|用过|做过|停用|失败|效果不|未达|不理想")
_SLOGANS = re.compile(r"赋能|闭环|抓手|国内领先|国际先进|行业领先|龙头|一流|欢迎来电|实力雄厚|竭诚")

ENOUGH_WORDS = 40


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing a need should say: how many points it got of how many."""

    code: str
    got: int
    most: int

    @property
    def is_missing(self) -> bool:
        return self.got * 2 < self.most


@dataclass(frozen=True, slots=True)
class Clarity:
    """The aspects of a need; their points add up to the score of 0..100."""

    aspects: tuple[Aspect, ...]

    @property
    def score(self) -> int:
        return sum(aspect.got for aspect in self.aspects)


def clarity(
    *,
    title: str,
    text: str,
    baselines: Sequence[str] = (),
    targets: int = 0,
    verified: int = 0,
    tried: str = "",
    has_deadline: bool = False,
    has_budget: bool = False,
    has_industry: bool = False,
) -> Clarity:
    """Judge a need by rules that anybody can repeat.

    Args:
        title: as written.
        text: everything else that is written, together.
        baselines: what stands under "now" in the table of indicators, row by row.
        targets: number of indicators; `verified`: how many say how they are checked.
    """
    folded = normalize(f"{title}\n{text}")
    amounts = len(quantities(folded))
    distinct = len({token.term for token in words(normalize(text))})
    measured = sum(bool(quantities(each) or re.search(r"\d", each)) for each in baselines)
    aspects = (
        Aspect("title", 8 if len(set(normalize(title))) >= 8 else 3 if title else 0, 8),
        Aspect("substance", min(12, distinct * 12 // ENOUGH_WORDS), 12),
        Aspect("symptom", 10 if _SYMPTOM.search(folded) else 0, 10),
        Aspect("baseline", min(12, 6 * measured + 3 * amounts), 12),
        Aspect("indicators", min(18, 6 * targets + (3 if amounts > 2 else 0)), 18),
        Aspect("verification", min(6, 3 * verified), 6),
        Aspect("limits", 8 if _LIMIT.search(folded) else 0, 8),
        Aspect("tried", 8 if len(tried.strip()) >= 8 or _TRIED.search(folded) else 0, 8),
        Aspect("samples", 4 if _SAMPLE.search(folded) else 0, 4),
        Aspect("deadline", 4 if has_deadline else 0, 4),
        Aspect("budget", 5 if has_budget else 0, 5),
        Aspect("industry", 2 if has_industry else 0, 2),
        Aspect("language", 3 if distinct and not _SLOGANS.search(folded) else 0, 3),
    )
    return Clarity(aspects)
