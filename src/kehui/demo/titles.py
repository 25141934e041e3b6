"""Titles that do not repeat, as far as a big market allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kehui.demo.offer_prose import OfferText
from kehui.demo.themes import Theme

TITLE_LENGTH = (6, 60)
DECORATED = (
    "{title}·{county}", "{title}：方案与实施", "{county}{title}", "{title}，可先做小试",
    "{title}，{other}已有用户", "{title}，{county}可上门", "{title}，{county}团队",
)  # fmt: skip
DECORATED_NEED = (
    "{county}：{title}", "{title}（{county}）", "{title}，先做小试", "{title}，可分期做",
    "{title}（求{county}周边团队）", "急寻：{title}", "{title}，欢迎联合攻关",
)  # fmt: skip


def titles_of(theme: Theme, text: OfferText) -> tuple[str, ...]:
    """Return the wordings that the offer's title may have."""
    key = text.technique.partition("/")[2]
    found = [each.titles for each in theme.techniques if each.key == key]
    return found[0] if found else (text.title,)


def fresh_title(titles: set[int], title: str, again: Sequence[Callable[[], str]]) -> str:
    """Return the title, or another one when it is taken; very big markets may repeat some."""
    low, high = TITLE_LENGTH
    for attempt in range(8):
        if hash_of(title) not in titles and low <= len(title) <= high:
            break
        other = again[min(attempt // 2, len(again) - 1)]()
        if low <= len(other) <= high:
            title = other
    titles.add(hash_of(title))
    return title[:high]


def hash_of(title: str) -> int:
    """Return a number for the title that is the same in every process."""
    return int.from_bytes(title.encode()[-60:], "big") % 2305843009213693951
