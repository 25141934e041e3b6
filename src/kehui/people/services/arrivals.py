"""Where accounts sign in from, so that a strange sign-in is told to its owner."""

from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from kehui.ledger.services import record
from kehui.people.facts import SignedInElsewhere
from kehui.people.models import Account, Arrival
from kehui.people.services.tries import block

KIND_LENGTH = 60


@transaction.atomic
def note_arrival(
    *, account: Account, mark: str, address: str, kind: str, at: datetime
) -> SignedInElsewhere | None:
    """Note from where the account signed in; record and return SignedInElsewhere if it is strange.

    Strange is a device, or a block of addresses, from which it never came. The first sign-in of
    all is not. Under a lock of the account, so that two at once are told in turn.

    Args:
        account: who signed in, after the second factor.
        mark: the random mark of the browser, which stays in it for a year.
        address: of which the block is kept.
        kind: what machine and browser it says it is, in words.
    """
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    device, place = _hashed(account, mark), block(address)
    known = list(Arrival.objects.filter(account=account).values_list("device", "place"))
    arrival, _is_new = Arrival.objects.update_or_create(
        account=account,
        device=device,
        place=place,
        defaults={"kind": kind[:KIND_LENGTH], "last_at": at},
        create_defaults={"kind": kind[:KIND_LENGTH], "first_at": at, "last_at": at},
    )
    is_new_device = device not in {each for each, _ in known}
    is_new_place = place not in {each for _, each in known}
    if account.person_id is None or not known or not (is_new_device or is_new_place):
        return None
    fact = SignedInElsewhere(
        person=account.person_id, arrival=arrival.pk, is_new_device=is_new_device
    )
    record(fact, actor=account.person_id, at=at)
    return fact


def forget_arrivals(*, before: datetime) -> int:
    """Delete the arrivals that were not seen since then."""
    return Arrival.objects.filter(last_at__lt=before).delete()[0]


def _hashed(account: Account, mark: str) -> str:
    """Return what is kept of a mark: of one browser it differs between two accounts."""
    text = f"{account.pk}:{mark}"
    return salted_hmac("kehui.people.arrivals", text, algorithm="sha256").hexdigest()
