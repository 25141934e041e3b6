"""Who reacts to the ledger: the whole list."""

from typing import Final

from kehui.ledger.models import Reader
from kehui.matching import readers as matching

READERS: Final[tuple[Reader, ...]] = (matching.READER,)
