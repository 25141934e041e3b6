"""What can be a name of a thing: not an organization, a unit, a number or half a sentence."""

import re
from functools import lru_cache
from typing import Final

import rjieba

from kehui.engines.text.segment import STOP_WORDS
from kehui.engines.text.units import MEASURES

SHORTEST: Final = 2
LONGEST: Final = 20  # characters of a Chinese name
LONGEST_PHRASE: Final = 40  # characters of a Latin one
MOST_WORDS: Final = 8

# A name does not reach across these. The verbs among the stop words may stand inside of one
# (软件开发工具包), so they only fall away in front.
_BREAKS: Final = frozenset(
    "的 了 和 与 及 或 等 在 是 对 为 以 并 其 该 于 从 到 由 将 把 被 也 都 而 但 且 即 如 "
    "之 用 让 使 靠 经 采用 使用 利用 通过 基于 用于 具有 包括 包含 针对 根据 提供 进行 "
    "实现 以及 称为 例如 比如 我们 他们 一种 一个 目前 现有 引进 引入 结合 建立 需要 希望 "
    "相关 主要 属于 其中 又称 俗称 探讨 综述 参加 运用 减少 增加 测定 检测到 记录 分析了 "
    "选用 选择 组成".split()
)
_ORGANIZATION: Final = re.compile(
    "公司|集团|有限|甲方|乙方|丙方|双方|大学|学院|研究院|研究所|医院|协会|学会|委员会|委会|政府|"
    "银行|合作社|(?:厂|院|所|局|处|部|署|校|馆|社|店|省|市|县|镇|乡|村|本项目|本产品|本技术)$"
)
_LATIN: Final = re.compile(r"[a-z0-9]+(?:[.\-/+][a-z0-9]+)*")
_SIGNS: Final = re.compile(r"[\u4e00-\u9fffa-zα-ω0-9\-./+]*")
_ROMAN: Final = re.compile(r"[ivx]+")
_SERIES: Final = frozenset("gb gb/t iso iec astm din jis hg hj jb yy sn no nos zl cn usa".split())
_SMALL: Final = frozenset("of the and for in".split())
_IDEOGRAPHS: Final = re.compile(r"[\u4e00-\u9fff]")


def is_abbreviation(written: str, folded: str) -> bool:
    """Say whether a Latin text is an abbreviation: MVR, CO2, PM2.5, IoT, not Shanghai, kW or III.

    Args:
        written: as it stands in the text; capitals tell an abbreviation from a word.
        folded: the same, folded.
    """
    return (
        SHORTEST <= len(folded) <= 10
        and folded[0].isalpha()
        and _LATIN.fullmatch(folded) is not None
        and sum(sign.isupper() for sign in written) >= 2
        and sum(sign.isalpha() for sign in folded) >= sum(sign.isdigit() for sign in folded)
        and folded not in MEASURES
        and folded.split("/", maxsplit=1)[0] not in MEASURES
        and folded not in _SERIES
        and _ROMAN.fullmatch(folded) is None
    )


def is_chinese_name(folded: str) -> bool:
    """Say whether a folded text can be the Chinese name of a thing."""
    return (
        SHORTEST <= len(folded) <= LONGEST
        and len(_IDEOGRAPHS.findall(folded)) >= SHORTEST
        and folded not in STOP_WORDS
        and folded not in MEASURES
        and _ORGANIZATION.search(folded) is None
    )


@lru_cache(maxsize=10_000)
def name_at_end(run: str) -> str:
    """Return the name that a folded run of characters ends with, "" when there is none.

    It begins behind the last word that joins or governs, and behind verbs of doing.
    """
    taken: list[str] = []
    for word in reversed(rjieba.cut(run)):
        if word in _BREAKS:
            break
        taken.append(word)
    taken.reverse()
    while taken and taken[0] in STOP_WORDS:
        del taken[0]
    name = "".join(taken).strip("-./+")
    return name if len(taken) <= MOST_WORDS and is_chinese_name(name) else ""


def whole_name(text: str) -> str:
    """Return the folded text when all of it is one Chinese name, else ""."""
    return text if _SIGNS.fullmatch(text) and name_at_end(text) == text else ""


def stands_for(short: str, full: str) -> bool:
    """Say whether a Chinese short form keeps characters of the full one, in order, from all over.

    超高聚乙烯 is 超高分子量聚乙烯; 聚乙烯, a stretch of it, is only something more general.
    """
    if not short or short in full or len(short) + 2 > len(full) or short[0] != full[0]:
        return False
    signs = iter(full)
    return all(sign in signs for sign in short)


def spells(short: str, phrase: str) -> bool:
    """Say whether a Latin short form is made of the first letters of the phrase, in order."""
    words = phrase.split()
    letters = [sign for sign in short if sign.isalpha()]
    return (
        len(phrase) <= LONGEST_PHRASE
        and words[0] not in _SMALL
        and letters == [word[0] for word in words if word not in _SMALL]
    )
