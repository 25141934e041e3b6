"""A small language for hand-written sentences with choices and numbers.

`{a|b|c}` chooses one wording, `{name}` puts in a given word, `[40~200/10]` draws a number in
steps of ten, `[x=1.5~3/0.1]` also remembers it and `[x]` repeats it. Choices may hold numbers and
each other. That is all: whoever knows the trade can write a theme without reading the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import TypeVar

_CHOICE = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(
    r"\[(?:(?P<name>[a-z]\w*)=)?(?P<low>-?\d+(?:\.\d+)?)~(?P<high>-?\d+(?:\.\d+)?)"
    r"(?:/(?P<step>\d+(?:\.\d+)?))?\]|\[(?P<again>[a-z]\w*)\]"
)

T = TypeVar("T")


class Speaker:
    """One text's words and numbers: what it draws once stays the same through the text."""

    def __init__(self, rng: Random, words: Mapping[str, str] | None = None) -> None:
        self.rng = rng
        self.words = dict(words or {})
        self.numbers: dict[str, str] = {}

    def prepare(self, templates: Iterable[str]) -> None:
        """Draw every number that has a name, so that any sentence may repeat it."""
        for template in templates:
            if "=" in template:
                _NUMBER.sub(self._draw, template)

    def say(self, template: str) -> str:
        """Return the sentence with every choice made and every number drawn."""
        text = template
        while "{" in text:
            text = _CHOICE.sub(self._choose, text)
        return _NUMBER.sub(self._draw, text) if "[" in text else text

    def one(self, templates: Sequence[str]) -> str:
        """Say one of the sentences, or nothing when there is none."""
        return self.say(self.rng.choice(templates)) if templates else ""

    def some(self, templates: Sequence[str], count: int) -> list[str]:
        """Say up to `count` different sentences in the order they were written."""
        chosen = sorted(self.rng.sample(range(len(templates)), min(count, len(templates))))
        return [self.say(templates[index]) for index in chosen]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def _choose(self, found: re.Match[str]) -> str:
        inside = found.group(1)
        if "|" in inside:
            wordings: list[str] = inside.split("|")
            return self.rng.choice(wordings)
        return str(self.words[inside])

    def _draw(self, found: re.Match[str]) -> str:
        again = found.group("again")
        if again is not None:
            return self.numbers.get(again, "")
        name = found.group("name") or found.group(0)  # the same range is the same quantity
        if name in self.numbers:
            return self.numbers[name]
        value = number(self.rng, found.group("low"), found.group("high"), found.group("step"))
        self.numbers[name] = value
        return value


def number(rng: Random, low: str, high: str, step: str | None) -> str:
    """Draw a number from low to high in whole steps, written with the step's decimals."""
    places = max((len(part.partition(".")[2]) for part in (low, high, step or "1")), default=0)
    scale = 10**places
    first, last = round(float(low) * scale), round(float(high) * scale)
    stride = round(float(step) * scale) if step else 1
    drawn = first + stride * rng.randint(0, max(0, (last - first) // stride))
    if not places:
        return str(drawn)
    text = f"{drawn / scale:.{places}f}"
    return text.rstrip("0").rstrip(".") if step is None else text


def pick(rng: Random, weights: Mapping[T, float]) -> T:
    """Draw one key in proportion to its weight."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]
