"""Who reacts to the ledger: the whole list."""

from typing import Final

from kehui.hooks import readers as hooks
from kehui.ledger.models import Reader
from kehui.matching import readers as matching
from kehui.notices import readers as notices

READERS: Final[tuple[Reader, ...]] = (
    notices.READER,
    matching.READER,
    matching.PROFILES,
    hooks.READER,
)
