"""What centers hand to people: how things are done, and the policies in force."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.people.models.persons import Person


class Procedure(models.Model):
    """One version of how something is done (办事指南): steps, papers and the time it takes.

    A version is never rewritten: a better text is the next one, and the newest is in force. It
    holds in its region and all that lies in it.
    """

    region = models.ForeignKey("core.Region", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("编号"), max_length=40)
    version = models.PositiveSmallIntegerField(_("版本"))
    title = models.CharField(_("事项"), max_length=60)
    audience = models.CharField(_("办理对象"), max_length=60)
    steps = ArrayField(models.CharField(max_length=200), verbose_name=_("步骤"))
    papers = ArrayField(models.CharField(max_length=100), default=list, verbose_name=_("材料"))
    working_days = models.PositiveSmallIntegerField(_("办理时限"))
    published_at = models.DateTimeField(_("发布时间"))
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "code", "version"], name="one_text_per_version_of_a_procedure"
            ),
            models.CheckConstraint(condition=~Q(steps=[]), name="a_procedure_has_steps"),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="versions_of_procedures_begin_at_1"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class PolicyDocument(models.Model):
    """A policy of some office, with the days on which it holds (政策文件).

    `valid_until` is its last day. An expired one stays and is shown as expired: people come with
    the old number in their hand.
    """

    region = models.ForeignKey("core.Region", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("标题"), max_length=120)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    source = models.CharField(_("发文机关"), max_length=80)
    link = models.URLField(_("原文链接"), max_length=300)
    issued_on = models.DateField(_("发文日期"))
    valid_from = models.DateField(_("施行日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    added_at = models.DateTimeField(_("收录时间"))
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="a_policy_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def standing_on(self, day: date) -> str:
        """Return whether it is `coming`, `valid` or `expired` on that day."""
        if day < self.valid_from:
            return "coming"
        return "expired" if self.valid_until is not None and self.valid_until < day else "valid"
