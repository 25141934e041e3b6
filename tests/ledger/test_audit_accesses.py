"""Who looked at what is in the log; why is beside it, and can be forgotten."""

from pathlib import Path

import pytest
from tests.ledger.fixtures import NOON
from tests.ledger.sealing import codes, look, seal_all, superuser

from kehui.ledger import selectors
from kehui.ledger.facts import AccessLogged, AccessReasonForgotten, commitment
from kehui.ledger.models import Entry
from kehui.ledger.services import AccessReasonMissing, forget_reason, log_access

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_access_is_written_down_with_its_fact() -> None:
    access = look(12)
    look(13)

    assert list(selectors.accesses_of("person", 12)) == [access]
    assert (access.actor, access.at, access.fields, access.reason, str(access)) == (
        7,
        NOON,
        "name phone",
        "核实身份",
        "person 12",
    )
    entry = Entry.objects.get(pk=access.pk)
    assert AccessLogged.of(entry) == AccessLogged(
        thing="person",
        number=12,
        fields=("name", "phone"),
        reason=commitment("核实身份", (12).to_bytes(16, "big")),
    )
    assert (entry.actor, entry.at) == (7, NOON)
    assert "核实" not in entry.payload


@pytest.mark.parametrize("reason", ["", " \n"])
def test_an_access_has_a_reason(reason: str) -> None:
    with pytest.raises(AccessReasonMissing, match="为什么"):
        log_access(
            actor=7, thing="person", number=1, fields=["phone"], reason=reason, salt=b"", at=NOON
        )
    assert not Entry.objects.exists()


def test_a_reason_is_forgotten_once_and_the_log_says_so(tmp_path: Path) -> None:
    access = look(12)
    look(13)
    seal_all()

    forget_reason(access=access, actor=3, at=NOON)
    forget_reason(access=access, actor=3, at=NOON)

    access.refresh_from_db()
    assert (access.reason, bytes(access.salt), access.number) == ("", b"", 12)
    (said,) = Entry.objects.filter(kind=AccessReasonForgotten.kind)
    assert AccessReasonForgotten.of(said).access == access.pk
    assert codes(tmp_path / "before") == set()
    seal_all()
    assert codes(tmp_path / "after") == set()


def test_a_reason_emptied_by_hand_is_found(tmp_path: Path) -> None:
    look(12)
    seal_all()
    superuser("UPDATE ledger_access SET reason = '', salt = ''")
    assert codes(tmp_path) == {"ACCESS_EMPTIED"}


def test_an_access_not_sealed_yet_is_held_to_its_fact_too(tmp_path: Path) -> None:
    look(12)
    assert codes(tmp_path / "before") == set()
    superuser("UPDATE ledger_access SET number = 13")
    assert codes(tmp_path / "after") == {"ACCESS_FALSE"}
