"""Service centers: the nodes of the tree, when they are open, and what they are measured by."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.people.models.organizations import Organization
from kehui.people.models.persons import Person


class Center(models.Model):
    """A service center: the node of one region (科技服务中心).

    Its parent is no column: it is the open center of the nearest region above, so that a center
    which opens or closes moves everything below it at once.
    """

    class Plate(models.TextChoices):
        CLOUD = "cloud", _("科技云服务中心")
        ASSOCIATION = "association", _("科协科创服务中心")
        INNOVATION = "innovation", _("园区创新中心")
        PARK_ASSOCIATION = "park_association", _("园区科协")

    region = models.ForeignKey(
        "core.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("服务地区")
    )
    name = models.CharField(_("名称"), max_length=60)
    plates = ArrayField(
        models.CharField(max_length=20, choices=Plate.choices), verbose_name=_("挂牌")
    )
    host = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="centers"
    )
    address = models.CharField(_("地址"), max_length=120)
    area_m2 = models.PositiveIntegerField(_("面积"), null=True, blank=True)
    departments = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    services = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    phone = models.CharField(_("对外电话"), max_length=30)
    opened_on = models.DateField(_("启用日期"))
    closed_on = models.DateField(_("停用日期"), null=True, blank=True)  # the first day without it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region"], condition=Q(closed_on=None), name="one_open_center_per_region"
            ),
            models.CheckConstraint(
                condition=Q(plates__len__range=(2, 3)), name="a_center_has_two_or_three_plates"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="a_center_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """One stretch of a weekday during which a center is open (开放时间)."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("周一")
        TUESDAY = 1, _("周二")
        WEDNESDAY = 2, _("周三")
        THURSDAY = 3, _("周四")
        FRIDAY = 4, _("周五")
        SATURDAY = 5, _("周六")
        SUNDAY = 6, _("周日")

    center = models.ForeignKey(Center, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("星期"), choices=Weekday.choices)
    opens = models.TimeField(_("开门"))
    closes = models.TimeField(_("关门"))

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")), name="a_center_closes_after_it_opens_each_day"
            ),
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6)), name="a_week_has_seven_days"
            ),
            models.UniqueConstraint(fields=["center", "weekday", "opens"], name="hours_begin_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}–{self.closes}"


class Holiday(models.Model):
    """A day on which a region does not keep to the week (节假日和调休).

    The day of the nearest region counts: a prefecture may have a feast of its own. On a day that
    is worked instead (`works_as`) the hours are those of the named weekday.
    """

    region = models.ForeignKey("core.Region", on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("日期"))
    name = models.CharField(_("名称"), max_length=20)
    works_as = models.PositiveSmallIntegerField(
        _("调休上班，按星期几"), choices=OpeningHours.Weekday.choices, null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "day"], name="one_holiday_per_region_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class RegionGroup(models.Model):
    """Several regions under one name, for as long as that is so (地区组，如川南渝西)."""

    name = models.CharField(_("名称"), max_length=40)
    regions = ArrayField(models.CharField(max_length=24), verbose_name=_("地区代码"))
    valid_from = models.DateField(_("起"))
    valid_until = models.DateField(_("止"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="a_region_group_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(regions=[]), name="a_region_group_has_regions"),
        ]

    def __str__(self) -> str:
        return self.name


class StandardResult(models.Model):
    """One line of the checklist of a standard center, as it was found (标准化建设检查).

    Never rewritten: a later look is a later row. The lines are in `data/standard_center.toml`.
    """

    center = models.ForeignKey(Center, on_delete=models.PROTECT, related_name="results")
    edition = models.PositiveSmallIntegerField(_("清单版本"))
    line = models.CharField(_("检查项"), max_length=30)
    is_met = models.BooleanField(_("达标"))
    evidence = models.CharField(_("依据"), max_length=200)
    checked_on = models.DateField(_("检查日期"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["center", "line", "-id"], name="results_of_a_center")]
        constraints = [
            models.CheckConstraint(condition=~Q(evidence=""), name="a_result_names_its_evidence")
        ]

    def __str__(self) -> str:
        return f"{self.center_id} · {self.line}"
