"""Under which category and label of the market an item stands."""

from __future__ import annotations

from kehui.demo.themes import Theme

FARMING = frozenset({"现代农业"})
EXPERT = ("1401", "技术诊断")
INSTRUMENT = ("1404", "")
TALK = ("2101", "进社区")
FARM_TALK = ("2105", "种养技术")
RETROFIT = ("1206", "技改方案")
FARM_ADVICE = ("1403", "科技特派员")


def shelf_of_need(kind: str, theme: Theme) -> tuple[str, str]:
    """Return the category and the label of a need."""
    by_kind = {"expert": EXPERT, "instrument": INSTRUMENT, "service": (theme.testing, "")}
    if kind == "pop_science":
        return FARM_TALK if theme.field in FARMING else TALK
    return by_kind.get(kind, (theme.category, theme.label))


def shelf_of_offer(kind: str, theme: Theme, *, is_test: bool) -> tuple[str, str]:
    """Return the category and the label of an offer."""
    if kind == "pop_science":
        return FARM_TALK if theme.field in FARMING else TALK
    if kind == "service":
        if is_test:
            return theme.testing, ""
        return FARM_ADVICE if theme.field in FARMING else RETROFIT
    return (theme.category, theme.label)
