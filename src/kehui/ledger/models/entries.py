"""The ledger's rows: entries, the readers' cursors, and receipts of writes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from datetime import datetime

BEFORE_ALL = -(2**63)  # a rebase hands out negative transactions, so zero is not the start


class CurrentTransaction(models.Func):
    """The id of the transaction that writes the row; handed out in order of first write."""

    template = "pg_current_xact_id()::text::bigint"
    arity = 0
    output_field = models.BigIntegerField()


class OldestOpenTransaction(models.Func):
    """Every transaction with a smaller id has ended, one way or the other."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    arity = 0
    output_field = models.BigIntegerField()


class EntryQuerySet(models.QuerySet["Entry"]):
    def in_order(self) -> "EntryQuerySet":
        return self.order_by("transaction", "id")

    def settled(self) -> "EntryQuerySet":
        """Leave out entries that a slower, earlier transaction may still precede."""
        return self.filter(transaction__lt=OldestOpenTransaction())

    def after(self, cursor: "Cursor") -> "EntryQuerySet":
        return self.filter(
            models.Q(transaction__gt=cursor.transaction)
            | models.Q(transaction=cursor.transaction, id__gt=cursor.entry),
            transaction__gte=cursor.transaction,  # says the same again, in words an index knows
        ).in_order()


class Entry(models.Model):
    """One fact, written once (账本条目)."""

    id: int
    transaction = models.BigIntegerField("事务号", db_default=CurrentTransaction(), editable=False)
    kind = models.CharField("事件类型", max_length=80)
    version = models.PositiveSmallIntegerField("版本", default=1)
    payload = models.TextField("内容")  # canonical JSON as text: jsonb would rewrite it
    hash = models.BinaryField("哈希", max_length=32)
    actor = models.BigIntegerField("行为人", null=True)
    at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("入账时间", db_default=Now(), editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "账本条目"
        indexes = [
            models.Index("transaction", "id", name="entries_in_order"),
            models.Index("kind", "transaction", "id", name="entries_of_a_kind_in_order"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(kind=""), name="an_entry_has_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Cursor(models.Model):
    """How far one reader has read (读取进度)."""

    reader = models.CharField("读取者", max_length=80, primary_key=True)
    transaction = models.BigIntegerField("事务号", default=BEFORE_ALL)
    entry = models.BigIntegerField("条目", default=0)

    class Meta:
        verbose_name = "读取进度"

    def __str__(self) -> str:
        return self.reader


class Receipt(models.Model):
    """The answer once given to a write, kept so that a retry changes nothing (幂等凭据)."""

    key = models.CharField("幂等键", max_length=200)
    door = models.CharField("入口", max_length=20)
    person = models.BigIntegerField("用户", null=True)
    request_hash = models.BinaryField("请求哈希", max_length=32)
    status = models.PositiveSmallIntegerField("状态码", default=0)  # 0 while the write runs
    body = models.JSONField("响应", default=dict)
    created_at: "models.DateTimeField[datetime | str, datetime]" = models.DateTimeField("时间")

    class Meta:
        verbose_name = "幂等凭据"
        constraints = [
            models.UniqueConstraint(
                fields=["door", "person", "key"],
                nulls_distinct=False,
                name="a_key_is_used_once_by_a_person_at_a_door",
            ),
        ]
        indexes = [models.Index("created_at", name="receipts_by_age")]

    def __str__(self) -> str:
        return f"{self.door} {self.key}"


@dataclass(frozen=True)
class Reader:
    """A name and what to do at each kind of fact.

    Handlers write rows only. `reset` removes every row that the handlers have
    written; a reader without it cannot be replayed.
    """

    name: str
    handlers: Mapping[str, Callable[[Entry], None]] = field(hash=False)
    reset: Callable[[], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Response:
    """What a door answered: a status and a JSON body (a web page keeps its `location` there)."""

    status: int
    body: dict[str, object]
    is_replayed: bool = False
