"""Values that nobody means well with, and some that are only odd."""

from typing import Any, Final

from hypothesis import strategies as st

ODD: Final = (
    "",
    " ",
    "\u3000",
    "\x00",
    "a\x00b",
    "0",
    "-1",
    "1",
    "2",
    "3",
    "99999999999",
    "9" * 40,
    "1e309",
    "NaN",
    "Infinity",
    "-0",
    "٣",
    "²",
    "１２",
    "1,000",
    "true",
    "null",
    "[]",
    "{}",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "2026-01-05T25:00:00",
    "510107",
    "000000",
    "need",
    "offer",
    "🀄" * 30,
    "\ud7ff\ue000\ufffd",
    "\u202e反向",
    "é" * 3 + "e\u0301",
    "𠮷野家·阿不都",
    "'; DROP TABLE market_item; --",
    "%s%s%n{0}{x}",
    "{{ 7 * 7 }}{% now 'Y' %}",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "../../../../etc/passwd",
    "//evil.example/x",
    "javascript:alert(1)",
    "http://169.254.169.254/",
    "\r\nSet-Cookie: a=b",
    "a" * 5_000,
    "中" * 3_000,
    "1:nobody:signed",
)

odd: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.integers(-(2**70), 2**70).map(str),
    st.floats().map(str),
)
# Numbers in addresses: Django turns away what is no number before any of our own code
numbers: st.SearchStrategy[int] = st.one_of(
    st.integers(0, 40), st.sampled_from([2**31 - 1, 2**31, 2**63 - 1, 2**63, 10**30])
)
words: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(["need", "offer", "x", "personalization", "matter", "1:nobody:signed"]),
    st.text("abcxyz019-_", min_size=1, max_size=12),
)


def of(samples: list[str]) -> st.SearchStrategy[list[str]]:
    """Return values for a field: mostly what its form held, else something odd; more than one."""
    known = st.sampled_from(samples) if samples else odd
    return st.one_of(known.map(lambda one: [one]), odd.map(lambda one: [one]), st.lists(odd))


def json_values() -> st.SearchStrategy[Any]:
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), odd)
    return st.recursive(leaves, lambda each: st.lists(each, max_size=3), max_leaves=5)
