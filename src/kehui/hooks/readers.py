"""What hooks may tell is laid out for those whom it concerns; a job sends it."""

from kehui.hooks.policies import kinds
from kehui.hooks.services import lay_out
from kehui.ledger.models import Entry, Reader


def on_fact(entry: Entry) -> None:
    lay_out(entry=entry)


def keep() -> None:
    """Remove nothing: what was sent is not unsent, and a row that is there is not made again."""


READER = Reader("hooks", dict.fromkeys(kinds(), on_fact), reset=keep)
