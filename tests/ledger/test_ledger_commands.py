"""What an operator types: verify, replay, rebase, load codes."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from tests.ledger.test_ledger_order import Notebook, write

from kehui.cli.management.commands import replay_ledger
from kehui.core.models import Region
from kehui.ledger.models import Entry, Reader
from kehui.ledger.services import catch_up

pytestmark = pytest.mark.django_db(transaction=True)


def call(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def test_a_sound_ledger_is_verified() -> None:
    write(1, 2)
    assert call("verify_ledger") == "已核对 2 条\n账本完好：2 条。\n"


def test_a_damaged_ledger_fails_and_names_its_entries() -> None:
    write(1, 2)
    damaged = Entry.objects.get(payload='{"number":2}').pk
    out = StringIO()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_stays")
        try:
            cursor.execute(
                "UPDATE ledger_entry SET payload = '{}', transaction = 9e15 WHERE id = %s",
                [damaged],
            )
            with pytest.raises(CommandError, match="账本未通过核对"):
                call_command("verify_ledger", stdout=out, stderr=out)
        finally:
            cursor.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_stays")
    assert out.getvalue().splitlines() == [
        "已核对 2 条",
        f"内容与哈希不符的条目共 1 条：{damaged}",
        "防改触发器 ledger_entry_stays 不在或已停用。请重新执行迁移。",
        "有条目的事务号超前：数据库是恢复出来的，但没有重排。请执行 kehui rebase ledger。",
    ]
    assert call("rebase_ledger") == "已重排 2 条。\n"


def test_a_reader_is_replayed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = Notebook()
    monkeypatch.setattr(replay_ledger, "READERS", (notebook.reader,))
    write(1, 2, 3)
    catch_up(notebook.reader)

    said = call("replay_ledger", "notebook", "--batch", "2")

    assert said == "已读 2 条\n已读 3 条\nnotebook 已重放 3 条。\n"
    assert notebook.numbers == [1, 2, 3]


def test_what_cannot_be_replayed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_ledger, "READERS", (Reader("mail", {}),))
    with pytest.raises(CommandError, match="没有名为 points 的读取者；可选：mail"):
        call("replay_ledger", "points")
    with pytest.raises(CommandError, match="--batch 至少为 1"):
        call("replay_ledger", "mail", "--batch", "0")
    with pytest.raises(CommandError, match=r"READER_NOT_REPLAYABLE"):
        call("replay_ledger", "mail")


def test_codes_are_loaded_and_their_editions_named() -> None:
    Region.objects.filter(pk="510107").update(name="错")
    assert call("load_codes") == (
        "行政区划：589 条，其中更新 1 条\n"
        "行业（GB/T 4754-2017）：1971 条\n"
        "学科（GB/T 13745-2009）：3637 条\n"
        "代码表已就绪。\n"
    )
