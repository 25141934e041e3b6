"""Whether a title and its description speak of the same thing."""

from kehui.engines.text.normal import normalize
from kehui.engines.text.segment import pairs, words


def coherence(title: str, body: str) -> float:
    """Return the share of the title's terms that the body takes up, 0..1.

    Words and character pairs count alike, stock words of asking count nothing. A title of stock
    words alone says nothing that could be contradicted: 1.
    """
    folded = normalize(title)
    asked = {token.term for token in words(folded)}
    if not asked:
        return 1.0
    asked |= {token.term for token in pairs(folded)}
    text = normalize(body)
    return sum(term in text for term in asked) / len(asked)
