"""What an operator and an auditor type."""

import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.timezone import now
from tests.ledger.sealing import seal_all, superuser, write

from kehui.cli import audit_checks
from kehui.jobs import tasks
from kehui.ledger import adapter, selectors
from kehui.ledger.models import Checkpoint

pytestmark = pytest.mark.django_db(transaction=True)


def call(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def refused(*words: str) -> tuple[str, str]:
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command(*words, stdout=out, stderr=out)
    return str(raised.value), out.getvalue()


def test_the_log_is_sealed_and_verified(tmp_path: Path) -> None:
    write(1, 2)
    said = "✓ 没有改动：封存 2 条，待封存 0 条，库内检查点 1 个，库外 0 个\n"
    assert call("verify_audit") == said
    outside = tmp_path / "outside.txt"
    assert call("witness_audit", str(outside)) == f"✓ {outside}：检查点 2 条\n"
    (key,) = adapter.public_keys()
    assert "库外 1 个" in call("verify_audit", "--outside", str(outside), "--key", key)

    superuser("DELETE FROM ledger_checkpoint")
    message, said = refused("verify_audit", "--outside", str(outside))
    assert message == "审计日志未通过核对。"
    assert "[LOG_CONTRADICTED]" in said
    assert "[UNCOVERED]" in said
    assert "[CHECKPOINT_MISSING]" in said


def test_what_is_typed_wrongly_is_told(tmp_path: Path) -> None:
    write(1)
    assert refused("verify_audit", "--outside", str(tmp_path / "no"))[0].startswith("没有 ")
    assert refused("verify_audit", "--key", "nonsense")[0].startswith("公钥读不懂")
    assert refused("witness_audit", str(tmp_path / "no" / "file"))[0].startswith("没有 ")
    assert refused("restart_audit")[0].startswith("旧密钥将停用")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    assert refused("export_audit", str(tmp_path / "full"))[0].endswith("请另选一个文件夹。")


def test_without_a_checkpoint_there_is_nothing_to_keep(tmp_path: Path) -> None:
    assert refused("witness_audit", str(tmp_path / "file"))[0].startswith("还没有检查点")


def test_an_export_verifies_itself_with_what_lies_in_it(tmp_path: Path) -> None:
    write(1, 2)
    seal_all()
    write(3)
    said = call("export_audit", str(tmp_path / "out"))
    assert "封存 2 条，待封存 1 条，检查点 1 个" in said

    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "out" / "audit_verifier.py"), str(tmp_path / "out")],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_restart_is_asked_for_and_makes_a_new_key() -> None:
    write(1)
    seal_all()
    assert "新公钥" in call("restart_audit", "--yes")
    assert tasks.seal_log(timestamp=0) == 1
    assert len(adapter.public_keys()) == 2


def test_the_clock_seals_and_asks_witnesses() -> None:
    write(1)
    assert tasks.seal_log(timestamp=0) == 1
    assert tasks.seal_log(timestamp=0) == 0
    assert Checkpoint.objects.count() == 1
    assert (Path(settings.AUDIT_DIR) / "key").exists()


def test_the_doctor_says_when_nothing_is_sealed() -> None:
    assert audit_checks.database_finding(at=now())["found"] == "封存 0 条，待封存 0 条"
    write(1)
    assert audit_checks.database_finding(at=now())["verdict"] == "good"
    late = now() + timedelta(minutes=11)
    assert audit_checks.database_finding(at=late)["verdict"] == "bad"
    seal_all()
    assert audit_checks.database_finding(at=late)["verdict"] == "good"
    assert selectors.unsealed_since() is None
