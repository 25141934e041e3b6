"""Put learned names beside a dictionary that people keep, which has the last word."""

from collections.abc import Iterable, Mapping, Sequence

from kehui.engines.naming.learning import are_alike
from kehui.engines.text.lexicon import Lexicon
from kehui.engines.text.normal import normalize


def entries(
    kept: Mapping[str, Sequence[str]], learned: Iterable[tuple[str, str]]
) -> dict[str, list[str]]:
    """Return the dictionary with those of the learned pairs that fit it, as a `Lexicon` reads it.

    A pair is left out that would make two entries of the dictionary one, be it over other pairs,
    or whose short name the dictionary knows as something that is called quite differently.

    Args:
        kept: each term of the dictionary with its other names.
        learned: full name and other name, the surest first.
    """
    groups: dict[str, frozenset[str]] = {}
    known: dict[str, int] = {}  # the entry of the dictionary that a name belongs to
    for number, group in enumerate(Lexicon(kept).groups()):
        groups |= dict.fromkeys(group, frozenset(group))
        known |= dict.fromkeys(group, number)
    merged = {term: list(names) for term, names in kept.items()}
    for pair in learned:
        name, other = (normalize(each).strip() for each in pair)
        one, two = (groups.get(each, frozenset({each})) for each in (name, other))
        owned = {known[each] for each in one | two if each in known}
        is_else = other in known and not any(are_alike(name, each) for each in two - {other})
        if len(owned) > 1 or is_else:
            continue
        groups |= dict.fromkeys(one | two, one | two)
        merged.setdefault(name, []).append(other)
    return merged
