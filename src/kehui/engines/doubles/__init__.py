"""Texts that repeat each other (查重): read, keyed, compared, clustered.

Bare texts come from `read`; `learn` and `without` take away what many share; `keys_of` gives the
numbers under which two texts meet; `likeness` is the verdict; `find` compares all with all.
Defined in docs/algorithms/duplicates.md.
"""

from kehui.engines.doubles.clusters import Found, find
from kehui.engines.doubles.index import Index, alike, index_of
from kehui.engines.doubles.keys import bands, keys_of, prints, signatures
from kehui.engines.doubles.likeness import SAME, WITHIN, Likeness, likeness
from kehui.engines.doubles.reading import Sentences, Texts, joined, read
from kehui.engines.doubles.stock import learn, without

__all__ = [
    "SAME",
    "WITHIN",
    "Found",
    "Index",
    "Likeness",
    "Sentences",
    "Texts",
    "alike",
    "bands",
    "find",
    "index_of",
    "joined",
    "keys_of",
    "learn",
    "likeness",
    "prints",
    "read",
    "signatures",
    "without",
]
