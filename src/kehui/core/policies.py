"""What the platform may do by the policy profile in force (政策档位), each with its article.

The table is `data/policy_profiles.toml`. Nobody asks which profile it is: ask `allows`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kehui.core import operator
from kehui.core.words import Word

STRICT: Final = "gov_operator"
ALLOWED: Final = frozenset({"on", "optional"})
ABSENT: Final = "absent"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One switch: the state of it in each profile, and what would give away a forbidden one."""

    code: str
    word: Word
    article: Word
    states: Mapping[str, str]
    traces: tuple[str, ...]

    @property
    def is_absent(self) -> bool:
        return set(self.states.values()) == {ABSENT}


@dataclass(frozen=True, kw_only=True)
class Profiles:
    profiles: Mapping[str, Word]
    states: Mapping[str, Word]
    rules: Mapping[str, Rule]


@cache
def profiles() -> Profiles:
    """Read the table.

    Raises:
        KeyError: a rule names no article that is explained, no state, or not every profile.
    """
    text = (files("kehui.core") / "data" / "policy_profiles.toml").read_text("utf-8")
    said = tomllib.loads(text)
    known, states, articles = (_words(said[each]) for each in ("profiles", "states", "articles"))
    rules = {}
    for code, row in said["rules"].items():
        given = {profile: row[profile] for profile in known}
        if unknown := set(given.values()) - set(states):
            raise KeyError(f"{code}: {sorted(unknown)}")
        rules[code] = Rule(
            code=code,
            word=Word(chinese=row["zh"], english=row["en"]),
            article=articles[row["article"]],
            states=given,
            traces=tuple(row.get("traces", ())),
        )
    return Profiles(profiles=known, states=states, rules=rules)


def in_force() -> str:
    """Return the code of the profile in force; the strict one where the setting names none."""
    chosen = operator.words()["policy_profile"]
    return chosen if chosen in profiles().profiles else STRICT


def allows(code: str) -> bool:
    """Say whether the profile in force allows it in general; a single case has its own reason.

    Raises:
        KeyError: there is no such switch; nothing is allowed by a slip of the pen.
    """
    return profiles().rules[code].states[in_force()] in ALLOWED


def _words(said: Mapping[str, Mapping[str, Any]]) -> dict[str, Word]:
    return {code: Word(chinese=row["zh"], english=row["en"]) for code, row in said.items()}
