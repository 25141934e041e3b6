"""Witnesses sign what continues the history they saw; one that does not is seen, nothing waits."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from tests.ledger.fixtures import NOON
from tests.ledger.sealing import codes, seal_all, superuser, write
from tests.ledger.witness import Loopback, witness

from kehui.cli import audit_checks
from kehui.ledger import adapter, selectors
from kehui.ledger.adapter import WitnessSettingWrong
from kehui.ledger.models import Checkpoint, Cosignature, Witness
from kehui.ledger.services import ask_witnesses

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def loopback(settings: Settings) -> Iterator[Loopback]:
    with witness() as served:
        settings.WITNESSES = served.setting
        yield served


def test_without_a_witness_or_a_checkpoint_nobody_is_asked(
    loopback: Loopback, settings: Settings
) -> None:
    assert ask_witnesses(at=NOON) == 0
    settings.WITNESSES = ""
    write(1)
    seal_all()
    assert ask_witnesses(at=NOON) == 0
    assert loopback.asked == 0


def test_a_witness_follows_the_log_by_proofs(loopback: Loopback, tmp_path: Path) -> None:
    for number in range(4):
        write(*range(number + 2))
        seal_all(minutes=number)
        assert ask_witnesses(at=NOON) == 1
        assert ask_witnesses(at=NOON) == 0

    assert (loopback.size, loopback.asked) == (14, 4)
    state = Witness.objects.get()
    assert (str(state), state.size, state.trouble) == (loopback.key.name, 14, "")
    last = selectors.last_checkpoint()
    assert last is not None
    assert selectors.note_of(last) == last.note + str(Cosignature.objects.get(checkpoint=last))
    assert codes(tmp_path / "export") == set()


def test_a_false_cosignature_is_found(loopback: Loopback, tmp_path: Path) -> None:
    write(1)
    seal_all()
    ask_witnesses(at=NOON)
    superuser("UPDATE ledger_cosignature SET line = overlay(line PLACING 'AAAA' FROM 60)")
    assert codes(tmp_path / "export") == {"SIGNATURE_FALSE"}


def test_a_witness_that_saw_more_than_our_rows_say_is_believed(loopback: Loopback) -> None:
    write(1, 2)
    seal_all()
    ask_witnesses(at=NOON)
    Witness.objects.update(size=0)
    write(3)
    seal_all(minutes=1)

    assert ask_witnesses(at=NOON) == 1
    assert loopback.asked == 3  # the second time with the size it told


def trouble_of(loopback: Loopback, status: int, body: bytes) -> str:
    loopback.answers = (status, body)
    assert ask_witnesses(at=NOON) == 0
    return Witness.objects.get().trouble


def test_a_witness_that_does_not_sign_is_seen_and_asked_again(loopback: Loopback) -> None:
    write(1)
    seal_all()
    note = Checkpoint.objects.get().note
    true = loopback.signature(adapter.Note.parse(note).text)
    false = str(loopback.signature("another")).encode()
    short = str(adapter.Note.parse(note).signatures[0]).replace("kehui-", "kehui").encode()

    assert trouble_of(loopback, 500, b"") == "STATUS_500"
    assert trouble_of(loopback, 422, b"") == "STATUS_422"
    assert trouble_of(loopback, 409, b"") == "STATUS_409"
    assert trouble_of(loopback, 409, b"9\n") == "AHEAD"
    assert trouble_of(loopback, 409, b"1\n") == "STATUS_409"
    assert trouble_of(loopback, 302, b"") == "STATUS_302"
    assert trouble_of(loopback, 200, b"") == "SIGNATURE"
    assert trouble_of(loopback, 200, false) == "SIGNATURE"
    assert trouble_of(loopback, 200, short) == "SIGNATURE"
    said = audit_checks.database_finding(at=NOON)
    assert said["verdict"] == "warning"
    assert "auditor.example/w1 SIGNATURE" in said["found"]
    assert Cosignature.objects.count() == 0

    loopback.answers = (200, str(true).encode())
    assert ask_witnesses(at=NOON) == 1
    assert audit_checks.database_finding(at=NOON)["verdict"] == "good"


def test_a_witness_that_is_away_holds_nothing_up(settings: Settings, loopback: Loopback) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with witness("second.example/w2") as second:
            settings.WITNESSES = f"{second.key} http://127.0.0.1:{port}, {loopback.setting}"
            write(1)
            seal_all()
            (chosen, _) = adapter.chosen_witnesses()
            assert chosen.ask("?", seconds=0.2).status == 0  # hung up on
    assert ask_witnesses(at=NOON) == 1  # nobody listens there any more
    assert list(selectors.troubled_witnesses()) == [Witness.objects.get(trouble="UNREACHABLE")]


@pytest.mark.parametrize(
    "setting",
    [
        "nonsense",
        "{key}",
        "{key} ftp://127.0.0.1/",
        "{key} http:///path",
        "{key} http://[::1/",
        "{key} http://169.254.169.254/",
        "log+c74f20a3+AAAA http://127.0.0.1/",
        "{signer} http://127.0.0.1/",
    ],
)
def test_a_setting_that_cannot_be_read_is_refused(
    setting: str, settings: Settings, loopback: Loopback
) -> None:
    signer = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    settings.WITNESSES = setting.format(key=loopback.key, signer=signer)
    with pytest.raises(WitnessSettingWrong, match="KEHUI_WITNESSES"):
        adapter.chosen_witnesses()


def test_tls_is_spoken_where_the_address_says_so(settings: Settings, loopback: Loopback) -> None:
    settings.WITNESSES = loopback.setting.replace("http:", "https:")
    (chosen,) = adapter.chosen_witnesses()
    assert chosen.ask("?").status == 0  # the loopback does not
