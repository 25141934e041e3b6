"""Chinese text for search and matching: folding, terms, amounts, the search box."""

from kehui.engines.text.amounts import Quantity, quantities
from kehui.engines.text.clarity import Aspect, Clarity, clarity
from kehui.engines.text.coherence import coherence
from kehui.engines.text.lexicon import Lexicon
from kehui.engines.text.normal import normalize
from kehui.engines.text.query import SearchQuery, parse_query
from kehui.engines.text.segment import Token, terms, tokens

__all__ = [
    "Aspect",
    "Clarity",
    "Lexicon",
    "Quantity",
    "SearchQuery",
    "Token",
    "clarity",
    "coherence",
    "normalize",
    "parse_query",
    "quantities",
    "terms",
    "tokens",
]
