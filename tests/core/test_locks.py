"""What one transaction holds, another waits for; it is let go when the transaction ends."""

from contextlib import ExitStack

import pytest
from django.db import transaction
from tests.parallel import meanwhile

from kehui.core import locks


@transaction.atomic
def hold(subject: str) -> str:
    locks.hold(subject)
    return subject


@pytest.mark.django_db(transaction=True)
def test_a_subject_is_held_by_one_transaction_until_it_ends() -> None:
    with ExitStack() as stack:
        with transaction.atomic():
            locks.hold("terms")
            other = stack.enter_context(meanwhile(hold, "ranking"))
            assert other.result(timeout=30) == "ranking"
            same = stack.enter_context(meanwhile(hold, "terms"))
            with pytest.raises(TimeoutError):
                same.result(timeout=0.3)
        assert same.result(timeout=30) == "terms"
