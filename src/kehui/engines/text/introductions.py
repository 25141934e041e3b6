"""Find what a text says of who writes, not of the matter: 本公司成立于2003年，占地三十亩.

It goes clause by clause: 主要从事高盐废水蒸发 in the same sentence is the matter, and stays.
"""

import re
from collections.abc import Iterator
from typing import Final

from kehui.engines.text.normal import normalize

LEAST_LEFT: Final = 20  # characters that must be left, or the text stays whole

# A sentence about the writer begins with the writer, behind 公司简介： or a numbered label
_SUBJECT: Final = re.compile(
    r"[\s\d一二三四五六、.)(]{0,40}(?:[^,。;!?\n:]{2,12}:)?\s{0,8}"
    r"(?:[本我该贵](?:公司|企业|单位|集团|司|厂|院|所|校|中心|实验室)|公司|企业|集团"
    r"|[^,。;!?\n:]{2,24}?(?:有限公司|股份公司|集团|研究院|研究所|大学|学院))"
)
_HEADING: Final = re.compile(r"(?:公司|企业|单位|机构|院所|学校|团队)(?:简介|概况|介绍)[: \n]*")
_ABOUT: Final = re.compile(
    "成立于|创建于|创办于|始建于|组建于|建于|位于|坐落|地处|注册资[本金]|占地|建筑面积|员工|职工|"
    "高新技术企业|专精特新|上市公司|龙头企业|重点企业|示范企业|荣获|荣誉|称号|前身|隶属|秉承|"
    "宗旨|愿景|理念|总资产|资产总额|总投资|产值|销售收入|营业收入|纳税|"
    "力量雄厚|设施齐全|设备精良|质量认证|体系认证"
)
# Whoever introduces somebody names what it is: most texts are done after this
_WRITERS: Final = tuple(
    "公司 企业 企業 单位 單位 机构 機構 集团 集團 研究院 研究所 大学 大學 学院 學院 学校 團隊 团队 "
    "本厂 我厂 本院 我院 本所 我所 本校 我校 我司 该厂 该院 该所 该校 中心 实验室 實驗室".split()
)
_CLAUSE: Final = re.compile(r"[^,;。!?\n]*[,;。!?\n]|[^,;。!?\n]+")
_ENDS: Final = "。!?\n"


def introductions(text: str) -> list[tuple[int, int]]:
    """Return the clauses that only introduce who writes, as start and end in the text."""
    if not any(each in text for each in _WRITERS):
        return []
    folded = normalize(text)
    found = [match.span() for match in _HEADING.finditer(folded)]
    is_about_writer = False
    for clauses in _sentences(folded):
        about = [each for each in clauses if _ABOUT.search(folded, *each)]
        # What follows in the same vein has lost its subject: 占地三十亩。员工两百人。
        is_about_writer = bool(about) and (
            is_about_writer or _SUBJECT.match(folded, *clauses[0]) is not None
        )
        if is_about_writer:
            found += about
    return sorted(found)


def without_introductions(text: str) -> str:
    """Return the text with blanks for its introductions, so that offsets stay what they are.

    A text of which little would be left stays whole.
    """
    spans = introductions(text)
    if not spans:
        return text
    signs = list(text)
    for start, end in spans:
        signs[start:end] = " " * (end - start)
    blanked = "".join(signs)
    return blanked if len("".join(blanked.split())) >= LEAST_LEFT else text


def _sentences(folded: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the clauses of each sentence."""
    clauses: list[tuple[int, int]] = []
    for match in _CLAUSE.finditer(folded):
        clauses.append(match.span())
        if folded[match.end() - 1] in _ENDS:
            yield clauses
            clauses = []
    if clauses:
        yield clauses
