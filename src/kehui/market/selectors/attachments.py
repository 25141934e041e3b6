"""Questions about the files of an item."""

from datetime import date
from pathlib import Path

from django.conf import settings

from kehui.market import policies
from kehui.market.models import Attachment, Item
from kehui.people.models import Person


def seen_by(person: Person | None, item: Item, *, today: date) -> list[Attachment]:
    """Return the item's files that the person may open: all of them, or none."""
    if not policies.may_see_files(person, item, today=today):
        return []
    return list(item.attachments.all())


def path_of(sha256: str) -> Path:
    """Return where the content of this hash lies; two letters to a folder keep folders small."""
    return Path(settings.MEDIA_ROOT) / "attachments" / sha256[:2] / sha256
