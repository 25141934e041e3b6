"""The rows of the audit log: what is sealed, under which checkpoints, and who looked at what."""

from typing import TYPE_CHECKING

from django.db import models

from kehui.ledger.models.entries import Entry

if TYPE_CHECKING:
    from datetime import datetime


class Leaf(models.Model):
    """The place of an entry in the log, given once and for good (日志位置)."""

    position = models.BigIntegerField("位置", primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="leaf", verbose_name="条目")

    entry_id: int

    class Meta:
        verbose_name = "日志位置"

    def __str__(self) -> str:
        return f"{self.position}: #{self.entry_id}"


class Tile(models.Model):
    """Up to 256 hashes of the tree; only those at its right edge still grow (哈希块)."""

    level = models.PositiveSmallIntegerField("层")
    number = models.BigIntegerField("序号")
    hashes = models.BinaryField("哈希")

    class Meta:
        verbose_name = "哈希块"
        constraints = [
            models.UniqueConstraint(fields=["level", "number"], name="a_tile_has_one_place"),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class Checkpoint(models.Model):
    """So many leaves had this root, signed by the log (检查点)."""

    size = models.BigIntegerField("条数", primary_key=True)
    note = models.TextField("签名文本")

    class Meta:
        verbose_name = "检查点"

    def __str__(self) -> str:
        return str(self.size)


class Cosignature(models.Model):
    """A witness signed the checkpoint too: it has seen no other history (见证签名)."""

    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, related_name="cosignatures", verbose_name="检查点"
    )
    witness = models.CharField("见证方", max_length=200)
    line = models.TextField("签名行")

    class Meta:
        verbose_name = "见证签名"
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "witness"], name="a_witness_signs_a_checkpoint_once"
            ),
        ]

    def __str__(self) -> str:
        return self.line


class Witness(models.Model):
    """How a witness answered the last time (见证方)."""

    name = models.CharField("见证方", max_length=200, primary_key=True)
    size = models.BigIntegerField("已见证条数", default=0)
    asked_at: "models.DateTimeField[datetime | str, datetime]" = models.DateTimeField("询问时间")
    trouble = models.CharField("未能见证的原因", max_length=40, blank=True)

    class Meta:
        verbose_name = "见证方"

    def __str__(self) -> str:
        return self.name


class Access(models.Model):
    """Somebody looked at what is not for everybody (访问记录).

    The entry stands in the log, with a salted hash for the reason. The reason and its salt can be
    forgotten when the law asks for it; the rest cannot.
    """

    entry = models.OneToOneField(
        Entry, models.PROTECT, primary_key=True, related_name="access", verbose_name="条目"
    )
    actor = models.BigIntegerField("访问人", null=True)
    at: "models.DateTimeField[datetime | str, datetime]" = models.DateTimeField("时间")
    thing = models.CharField("对象类型", max_length=40)
    number = models.BigIntegerField("对象编号")
    fields = models.TextField("字段")  # separated by spaces
    reason = models.TextField("理由", blank=True)
    salt = models.BinaryField("盐", max_length=16)

    entry_id: int

    class Meta:
        verbose_name = "访问记录"
        indexes = [
            models.Index(fields=["thing", "number", "-at"], name="accesses_of_a_thing"),
            models.Index(fields=["actor", "-at"], name="accesses_by_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.thing} {self.number}"
