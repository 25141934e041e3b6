"""Read quantities out of Chinese technical text: comparator, number or range, unit, and of what."""

import re
from dataclasses import dataclass

from kehui.engines.text.normal import normalize
from kehui.engines.text.units import SPELLINGS, Measure, measure

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_UNIT_WORD = "|".join(re.escape(unit) for unit in SPELLINGS)
_UNIT = rf"(?:[万亿千百]?(?:{_UNIT_WORD})(?:/(?:{_UNIT_WORD}|[a-z]+[²³]?|分|d|a|[\u4e00-\u9fff]))?)"
_AT_LEAST = r"≥|>=|>|不低于|不少于|不小于|大于等于|大于|高于|超过|至少|达到|达"
_AT_MOST = r"≤|<=|<|不高于|不大于|不超过|不多于|小于等于|小于|低于|少于|至多|控制在|降至|降到"
# Few blanks before the number: a page of them would be tried from each one
_PATTERN = re.compile(
    rf"(?P<before>{_AT_LEAST}|{_AT_MOST}|约|±)?\s{{0,8}}"
    rf"(?P<low>-?{_NUMBER})\s*(?P<unit1>{_UNIT})?"
    rf"(?:\s*(?:[~\-–—至到]+)\s*(?P<high>{_NUMBER})\s*)?"
    rf"(?P<unit2>{_UNIT})?"
    r"\s*(?P<after>以上|以下|以内|之内|及以上|及以下)?"
)
_AT_LEAST_WORDS = frozenset(_AT_LEAST.split("|")) | {"以上", "及以上"}
_AT_MOST_WORDS = frozenset(_AT_MOST.split("|")) | {"以下", "以内", "之内", "及以下"}
_SUBJECT = re.compile(r"[\u4e00-\u9fffa-z0-9()/]{1,16}$")
_FILLER = re.compile(
    r"(?:应当?|须|需要?|要求|要|为|是|在|约|可|能|提高|提升|降低|下降|减少|增加|控制|保持|达到?|到|至|由|从|的|了|仅|只|将|使|:)+$"
)
_LEAD = re.compile(r"^.*(?:[,。;、的]|将|要求|其中|同时|并且|以及|目前|现有)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text; `low` and `high` are its bounds as written, None where it has none.

    `subject` is the phrase in front of it ("抗拉强度"), perhaps empty. Offsets are characters.
    """

    start: int
    end: int
    low: float | None
    high: float | None
    unit: str
    subject: str

    @property
    def measure(self) -> Measure:
        return measure(self.unit)


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _bounds(match: re.Match[str]) -> tuple[float | None, float | None]:
    low = _number(match["low"])
    if match["high"]:
        high = _number(match["high"])
        return (low, high) if low <= high else (high, low)
    words = {match["before"], match["after"]}
    if words & _AT_LEAST_WORDS:
        return low, None
    if words & _AT_MOST_WORDS:
        return None, low
    return low, low


def _subject(folded: str, start: int) -> str:
    """Return the phrase that stands right before the number, without verbs of change."""
    before = folded[max(0, start - 20) : start].rstrip(" :")
    before = _FILLER.sub("", before)
    found = _SUBJECT.search(before)
    return _LEAD.sub("", found.group())[-12:] if found else ""


def quantities(text: str) -> list[Quantity]:
    """Return the quantities that carry a unit or a comparator, in order of appearance."""
    folded = normalize(text)
    found = []
    for match in _PATTERN.finditer(folded):
        unit = match["unit2"] or match["unit1"] or ""
        if not unit and not match["before"] and not match["after"]:
            continue
        if match.start("low") and folded[match.start("low") - 1].isascii() and not match["before"]:
            previous = folded[match.start("low") - 1]
            if previous.isalnum() or previous == ".":
                continue
        low, high = _bounds(match)
        start = match.start("before") if match["before"] else match.start("low")
        end = match.start() + len(match.group().rstrip())
        found.append(Quantity(start, end, low, high, unit, _subject(folded, start)))
    return found
