"""Saved searches and when to tell their owners of new items (订阅)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kehui.market.models.codes import Side
from kehui.people.models import Person


class SavedSearch(models.Model):
    """A search somebody wants to hear of."""

    class Alert(models.TextChoices):
        OFF = "off", _("不提醒")
        AT_ONCE = "at_once", _("有新的就提醒")
        DAILY = "daily", _("每天汇总一次")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_searches")
    side = models.CharField(_("供需"), max_length=5, choices=Side.choices)
    name = models.CharField(_("名称"), max_length=60)
    query = models.CharField(_("搜索词"), max_length=200, blank=True)
    filters = models.JSONField(_("筛选"), default=dict)
    alert = models.CharField(_("提醒"), max_length=8, choices=Alert.choices, default=Alert.DAILY)
    digest_hour = models.PositiveSmallIntegerField(_("汇总时刻"), default=9)
    created_at = models.DateTimeField(_("创建时间"))
    looked_at = models.DateTimeField(_("上次查到"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "side", "query", "filters"], name="a_search_is_saved_once"
            ),
            models.CheckConstraint(
                condition=models.Q(digest_hour__lte=23), name="a_day_has_24_hours"
            ),
        ]

    def __str__(self) -> str:
        return self.name
