"""Find where a text says itself that two names mean one thing.

Read are brackets, 机械蒸汽再压缩（MVR）, MVR（机械蒸汽再压缩）, 超高分子量聚乙烯（简称超高聚乙烯）,
and sentences, 聚四氟乙烯，俗称“铁氟龙”. Nothing is concluded here: `learning` counts who says it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kehui.engines.naming import names
from kehui.engines.text.normal import normalize

_NAME: Final = r"\u4e00-\u9fffa-zα-ω0-9\-./+"
_MARK: Final = (
    r"(?:以下|下文|下)?(?:英文)?(?:[简簡][称稱写寫]|缩写|縮寫)|又[称稱名叫]|俗[称稱名]|"
    r"也[称稱叫]|亦[称稱]|别[称稱名]|別[称稱名]"
)
_OPENING, _CLOSING = "[“\"'‘「《]?", "[”\"'’」》]?"
# Bounded everywhere, so that no text takes long
_BRACKET: Final = re.compile(rf"([{_NAME}]{{2,40}}) ?\(([^()\n]{{2,80}})\)")
_PHRASE: Final = re.compile(r"((?:[a-z][a-z\-]{0,20} ){1,5}[a-z][a-z\-]{0,20}) ?\(([a-z]{2,8})\)")
_SENTENCE: Final = re.compile(
    rf"([{_NAME}]{{2,40}})[,]? ?({_MARK})[为是作:]?{_OPENING}([{_NAME}]{{2,20}}?)"
    rf"(?=[”\"'’」》,。;!、)(\s]|[的是为]|$)"
)
_SPLIT: Final = re.compile("[,;、:]")
_SAID: Final = re.compile(rf"({_MARK})?[为是作:]?{_OPENING}(.*?){_CLOSING}")
_SHORT: Final = re.compile("[简簡缩縮]")
_WORDS: Final = re.compile(r"[a-z][a-z\-]*(?: [a-z][a-z\-]*)+")
_LAST_LATIN: Final = re.compile(r"[a-z0-9][a-z0-9.\-/+]*$")


@dataclass(frozen=True, slots=True)
class Definition:
    """`other` is said to be another name of `name`; both folded, `other` the shorter by custom.

    `start` and `end` bound the place in the text as it was written. `is_fitting` says that the
    form shows it too: initials, or characters kept in order.
    """

    name: str
    other: str
    start: int
    end: int
    is_fitting: bool


def definitions(text: str) -> list[Definition]:
    """Return what the text defines, in the order of the places; any string will do."""
    folded = normalize(text)
    found: dict[tuple[str, str], Definition] = {}
    for each in (*_brackets(text, folded), *_phrases(text, folded), *_sentences(text, folded)):
        if each.name != each.other:
            found.setdefault((each.name, each.other), each)
    return sorted(found.values(), key=lambda each: (each.start, each.end, each.name, each.other))


def _brackets(text: str, folded: str) -> Iterator[Definition]:
    for match in _BRACKET.finditer(folded):
        before, inside = match.group(1), match.group(2)
        parts = [part.strip() for part in _SPLIT.split(inside)]
        place = match.start(2)
        said = [_said(part) for part in parts if part]
        phrases = [part for _, part in said if _WORDS.fullmatch(part)]
        shorts = [part for _, part in said if _is_short(text, folded, part, place)]
        own = names.name_at_end(before)
        is_list = len(shorts) > 1 or "、" in inside
        bounds = match.start(), match.end()
        for mark, part in said:
            if part in shorts and not is_list:
                if own:
                    yield Definition(own, part, *bounds, is_fitting=False)
                for phrase in phrases:
                    if names.spells(part, phrase):
                        yield Definition(phrase, part, *bounds, is_fitting=True)
            elif own:
                yield from _chinese(own, part, mark, bounds)
        yield from _reversed(text, match, said)


def _said(part: str) -> tuple[str, str]:
    """Return the word that announces a name, "" for none, and the name without its quotes."""
    match = _SAID.fullmatch(part)
    return (match.group(1) or "", match.group(2).strip()) if match else ("", part)


def _is_short(text: str, folded: str, part: str, start: int) -> bool:
    at = folded.find(part, start)
    return names.is_abbreviation(text[at : at + len(part)], part)


def _chinese(name: str, part: str, mark: str, bounds: tuple[int, int]) -> Iterator[Definition]:
    """Yield a Chinese name as another one: announced, or a short form that shows itself."""
    other = names.whole_name(part)
    fits = names.stands_for(other, name)
    is_announced = bool(mark) and not _SHORT.search(mark)
    if other and (fits or is_announced):
        yield Definition(name, other, *bounds, is_fitting=fits)


def _reversed(text: str, match: re.Match[str], said: list[tuple[str, str]]) -> Iterator[Definition]:
    """Yield MVR（机械蒸汽再压缩）: the short name stands before, all inside is the full one."""
    latin = _LAST_LATIN.search(match.group(1))
    if latin is None or len(said) != 1:
        return
    start = match.start(1) + latin.start()
    short, (mark, part) = latin.group(), said[0]
    name = names.whole_name(part)
    if name and not mark and names.is_abbreviation(text[start : match.end(1)], short):
        yield Definition(name, short, start, match.end(), is_fitting=False)


def _phrases(text: str, folded: str) -> Iterator[Definition]:
    for match in _PHRASE.finditer(folded):
        words, short = match.group(1).split(), match.group(2)
        written = text[match.start(2) : match.end(2)]
        for count in range(2, len(words) + 1):
            phrase = " ".join(words[-count:])
            if names.spells(short, phrase) and names.is_abbreviation(written, short):
                yield Definition(phrase, short, *match.span(), is_fitting=True)


def _sentences(text: str, folded: str) -> Iterator[Definition]:
    for match in _SENTENCE.finditer(folded):
        own, mark, other = names.name_at_end(match.group(1)), match.group(2), match.group(3)
        if not own:
            continue
        if names.is_abbreviation(text[match.start(3) : match.end(3)], other):
            yield Definition(own, other, *match.span(), is_fitting=False)
        else:
            yield from _chinese(own, other, mark, match.span())
