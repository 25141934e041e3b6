"""Imports of many items from a file, and the verdict on each row (批量导入)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kehui.market.models.codes import Side
from kehui.market.models.items import Item
from kehui.people.models import Person


class ImportRun(models.Model):
    """One file read once."""

    side = models.CharField(_("供需"), max_length=5, choices=Side.choices)
    file_name = models.CharField(_("文件"), max_length=200)
    file_hash = models.CharField(_("文件指纹"), max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("时间"))

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """What became of one row of the file."""

    class Verdict(models.TextChoices):
        ADDED = "added", _("已导入")
        SAME = "same", _("已有，未变")
        BAD = "bad", _("有错，未导入")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("行号"))
    verdict = models.CharField(_("结论"), max_length=8, choices=Verdict.choices)
    code = models.CharField(_("代码"), max_length=40, blank=True)
    field = models.CharField(_("字段"), max_length=40, blank=True)
    message = models.CharField(_("说明"), max_length=300, blank=True)
    item = models.ForeignKey(
        Item, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="one_verdict_per_row"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_verdict_display()}"
