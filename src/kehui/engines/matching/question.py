"""A listing made ready to be compared, and its words looked up in a table."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.index import Index
from kehui.engines.matching.listing import Listing
from kehui.engines.matching.represent import Terms
from kehui.engines.matching.table import Table, quantize


@dataclass(frozen=True, slots=True)
class Question:
    """A listing made ready to be compared with the rows of the other side."""

    listing: Listing
    terms: Terms
    vector: npt.NDArray[np.int8]
    scale: float


def prepare(index: Index, listing: Listing, vector: Floats | None = None) -> Question:
    """Return the listing as question; `vector` is its stored unit vector, if there is one."""
    small, scales = quantize(index.vector_of(listing, vector)[None, :])
    return Question(listing, index.terms_of(listing), small[0], float(scales[0]))


def side_postings(table: Table) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], Floats]:
    """Return the postings a match reads: offers as documents, needs as questions."""
    if table.side == "offer":
        return table.doc_offsets, table.doc_rows, table.doc_impacts
    return table.query_offsets, table.query_rows, table.query_weights


def located(table: Table, terms: Terms) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the terms the table knows, as term numbers with their values."""
    if not len(table.keys) or not len(terms.keys):
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    at = np.minimum(np.searchsorted(table.keys, terms.keys), len(table.keys) - 1)
    known = table.keys[at] == terms.keys
    return at[known], terms.values[known]


def accumulate(question: Question, table: Table, scores: Floats) -> None:
    """Add the lexical measure of every row to `scores`."""
    numbers, values = located(table, question.terms)
    kernels.accumulate(numbers, values, *side_postings(table), scores)
