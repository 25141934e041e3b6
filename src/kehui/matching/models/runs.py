"""Match runs: asking the engine about one item."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.market.models import Item


class MatchRun(models.Model):
    """Asking the engine about one item, once (匹配运行). A pending row is a promise."""

    class State(models.TextChoices):
        PENDING = "pending", _("等待中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未成功")

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="match_runs")
    revision = models.PositiveIntegerField(_("修订"))
    trigger = models.CharField(_("起因"), max_length=20)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.PENDING)
    requested_at = models.DateTimeField(_("请求时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    error = models.CharField(_("原因"), max_length=300, blank=True)
    engine = models.CharField(_("引擎版本"), max_length=120, blank=True)
    found = models.PositiveIntegerField(_("候选数"), default=0)
    # 0..1 of the other side's listings that no shard of a cluster answered for
    missed_share = models.FloatField(_("未查到的比例"), default=0.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="pending"), name="one_pending_run_per_item"
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_at"], condition=Q(state="pending"), name="pending_match_runs"
            ),
            models.Index(fields=["item", "-requested_at"], name="match_runs_of_an_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_state_display()}"
