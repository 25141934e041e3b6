"""A snapshot with what changed since: the thing that is asked for matches."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.columns import Columns
from kehui.engines.matching.concepts import Concepts
from kehui.engines.matching.encoder import Encoder, Floats, NoEncoder, embed, usable
from kehui.engines.matching.listing import Listing, Side
from kehui.engines.matching.parts import DENSE, DENSE_OF, Weights
from kehui.engines.matching.postings import Counted, postings
from kehui.engines.matching.represent import Statistics, Terms, as_document, as_query
from kehui.engines.matching.snapshot import SIDES, Snapshot
from kehui.engines.matching.table import Table, assemble, quantize
from kehui.engines.text.bulk import count_terms
from kehui.engines.text.lexicon import Lexicon

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shard:
    """A table and which of its rows still stand (open, and not replaced by the delta)."""

    table: Table
    alive: Bools


class Index:
    """A snapshot, the listings changed since, and the ids gone since.

    Args:
        snapshot: the immutable part; its word statistics rule every score.
        delta: listings published or changed since, in their newest form.
        removed: ids of the snapshot that are no more.
        encoder: must be the one of the snapshot for cosines to count; see `semantic`.
        lexicon: domain dictionary, in force at once.
        vectors: stored unit vectors of delta listings; others are encoded here.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        delta: Iterable[Listing] = (),
        removed: Iterable[int] = (),
        *,
        encoder: Encoder | None = None,
        lexicon: Lexicon | None = None,
        vectors: Mapping[int, Floats] | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.encoder: Encoder = encoder or NoEncoder()
        self.lexicon = lexicon or Lexicon()
        self.concepts = Concepts.of(self.lexicon)
        manifest = snapshot.manifest
        self.semantic = (
            self.encoder.dimension > 0
            and manifest.dimension == self.encoder.dimension
            and manifest.encoder_id == self.encoder.id
            and manifest.encoder_version == self.encoder.version
        )
        changed = list(delta)
        gone = {each.id for each in changed} | set(removed)
        self._stored = dict(vectors or {})
        self.shards: dict[Side, list[Shard]] = {}
        for side in SIDES:
            fixed = snapshot.tables[side]
            alive = np.array(fixed.is_open, np.bool_)
            for listing_id in gone:
                row = fixed.row(listing_id)
                if row is not None:
                    alive[row] = False
            self.shards[side] = [Shard(fixed, alive)]
            fresh = [each for each in changed if each.side == side]
            if fresh:
                table = self._delta_table(side, fresh)
                self.shards[side].append(Shard(table, np.array(table.is_open, np.bool_)))

    @property
    def offers(self) -> Statistics:
        """Return the statistics that rule every pair."""
        return self.snapshot.statistics["offer"]

    @property
    def encoder_name(self) -> str:
        """Return the encoder in force as "id version", "none 1" when words rank alone."""
        encoder = self.encoder if self.semantic else NoEncoder()
        return f"{encoder.id} {encoder.version}"

    def vector_of(self, listing: Listing, vector: Floats | None = None) -> Floats:
        """Return the unit vector of a listing, of length 0 when there is no encoder.

        A stored one of another length, or with numbers that are none, is made anew.
        """
        if not self.semantic:
            return np.zeros(0, np.float32)
        stored = usable(vector, self.encoder.dimension)
        if stored is not None:
            return stored
        encoded: Floats = embed(self.encoder, [(listing.title, listing.body)])[0]
        return encoded

    def by_words(self) -> "Index":
        """Return the same index without its encoder: words rank alone, and nothing is encoded."""
        index = copy(self)
        index.encoder, index.semantic = NoEncoder(), False
        return index

    def weighing(self, weights: Weights) -> Weights:
        """Return the weights with what a cosine of the snapshot's encoder weighs."""
        dense = DENSE_OF.get(self.snapshot.manifest.encoder_id, DENSE)
        return weights if weights.dense == dense else replace(weights, dense=dense)

    def terms_of(self, listing: Listing) -> Terms:
        """Return a need as weighted question, an offer as document."""
        read = as_query if listing.side == "need" else as_document
        return read(listing.title, listing.body, self.offers)

    def _delta_table(self, side: Side, fresh: list[Listing]) -> Table:
        columns = Columns(side)
        for listing in fresh:
            columns.add(listing)
        counts = count_terms([(listing.title, listing.body) for listing in fresh])
        posted = postings(
            side,
            [Counted(0, len(fresh), counts)],
            statistics=self.snapshot.statistics[side],
            offers=self.offers,
        )
        vectors = np.stack(
            [self.vector_of(listing, self._stored.get(listing.id)) for listing in fresh]
        )
        small, scales = quantize(vectors)
        return assemble(columns, posted, small, scales)
