"""Who is seen in the front places of needs' lists."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.market.models import Studio


class ExposureRun(models.Model):
    """Sharing the front places of all needs' lists, once (曝光核算): parameters and figures.

    Shares are 0..1. `curve` holds, for each trade tried, its Gini and the relevance kept.
    """

    at = models.DateTimeField(_("时间"))
    lists = models.PositiveIntegerField(_("需求数"))
    studios = models.PositiveIntegerField(_("工作室数"))
    sheltered = models.PositiveIntegerField(_("受保障的工作室数"))
    trade = models.FloatField(_("折算率"))
    floor = models.FloatField(_("保底份额"))
    gini_before = models.FloatField(_("核算前基尼系数"))
    gini_after = models.FloatField(_("核算后基尼系数"))
    relevance = models.FloatField(_("保住的契合度"))
    sheltered_before = models.FloatField(_("核算前的保底份额"))
    sheltered_after = models.FloatField(_("核算后的保底份额"))
    lift = models.FloatField(_("上移分"))
    is_floor_reached = models.BooleanField(_("达到保底"))
    curve = models.JSONField(_("曲线"))

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class StudioExposure(models.Model):
    """How much a studio is seen in needs' lists, and the points that move it there (曝光)."""

    studio = models.OneToOneField(
        Studio, on_delete=models.CASCADE, primary_key=True, related_name="exposure"
    )
    run = models.ForeignKey(ExposureRun, on_delete=models.CASCADE, related_name="studio_rows")
    before = models.FloatField(_("核算前曝光"))
    after = models.FloatField(_("核算后曝光"))
    taken = models.FloatField(_("位次下移分"))
    given = models.FloatField(_("位次上移分"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__gte=0, given__gte=0), name="exposure_takes_and_gives"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.studio} {self.given - self.taken:+.1f}"
