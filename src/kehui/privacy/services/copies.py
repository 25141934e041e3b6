"""Give a person a copy of everything about them, and write down that it was given."""

from datetime import datetime

from django.db import transaction

from kehui.ledger.services import log_access
from kehui.people.models import Person
from kehui.people.services.personal import opened_numbers
from kehui.privacy.selectors import copies
from kehui.privacy.selectors.copies import Table


@transaction.atomic
def give_copy(*, person: Person, salt: bytes, at: datetime) -> list[Table]:
    """Return every table with rows about the person, sealed numbers in full; log the access.

    For the person alone: the door makes sure who it is. A number that cannot be opened is replaced
    by the sentence that says why, so that the rest is given all the same.

    Args:
        person: whose copy, and who gets it.
        salt: 16 random bytes, for the reason in the audit log.
    """
    numbers = opened_numbers(person)
    found = copies.tables(person, numbers)
    log_access(
        actor=person.pk,
        thing="person",
        number=person.pk,
        fields=[each.model for each in found],
        reason="本人导出",
        salt=salt,
        at=at,
    )
    return found
