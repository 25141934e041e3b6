"""Places, and what the operator says. Industries and disciplines are not rows (`industries`)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Region(models.Model):
    """A place by its code of GB/T 2260, or a private node of ours such as a park (行政区划).

    Never found by name: two counties are called 市中区. An abolished place keeps its row, so that
    what happened there keeps the code of its day.
    """

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("省级")
        CITY = 2, _("市州")
        COUNTY = 3, _("区县")
        PARK = 4, _("园区")

    code = models.CharField(_("代码"), max_length=24, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    level = models.PositiveSmallIntegerField(_("层级"), choices=Level.choices)
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)  # the last day
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    touches = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="touched_by", verbose_name=_("跨越区县")
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("行政区划")
        constraints = [
            models.CheckConstraint(
                condition=Q(level=4, code__startswith="P-")
                | (~Q(level=4) & ~Q(code__startswith="P-")),
                name="only_parks_have_private_codes",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None)
                | Q(valid_from=None)
                | Q(valid_to__gte=models.F("valid_from")),
                name="a_region_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SiteWord(models.Model):
    """What the operator says of itself, where it was changed since the installation (站点信息)."""

    name = models.CharField(_("项目"), max_length=40, primary_key=True)
    text = models.CharField(_("内容"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("站点信息")

    def __str__(self) -> str:
        return self.name
