"""Studios: the storefront of a person, a team or an organization (科创工作室)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.core.fields import UUID7Field
from kehui.people.models import Organization, Person, Team


class Studio(models.Model):
    """The online stall: directions, skills, shelf, cases done. Exactly one owner."""

    class State(models.TextChoices):
        DRAFT = "draft", _("未开张")
        OPEN = "open", _("营业中")
        PAUSED = "paused", _("暂停接单")
        CLOSED = "closed", _("已关闭")

    uid = UUID7Field()
    name = models.CharField(_("名称"), max_length=60)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="studios"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="studios"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="studios"
    )
    region = models.ForeignKey(
        "core.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("所在地")
    )
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DRAFT)
    directions = models.TextField(_("方向"), max_length=1000, blank=True)
    skills = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    best_works = models.ManyToManyField("market.Offer", blank=True, related_name="chosen_by")
    languages = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    available_from = models.DateField(_("可接单日期"), null=True, blank=True)
    weekly_hours = models.PositiveSmallIntegerField(_("每周可投入小时"), null=True, blank=True)
    opened_at = models.DateTimeField(_("开张时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("创建时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, team=None, organization=None)
                | Q(person=None, team__isnull=False, organization=None)
                | Q(person=None, team=None, organization__isnull=False),
                name="a_studio_has_exactly_one_owner",
            ),
            models.UniqueConstraint(fields=["person"], name="one_studio_per_person"),
            models.UniqueConstraint(fields=["team"], name="one_studio_per_team"),
            models.UniqueConstraint(fields=["organization"], name="one_studio_per_organization"),
            models.CheckConstraint(
                condition=Q(weekly_hours=None) | Q(weekly_hours__lte=80),
                name="a_week_has_hours_to_sleep",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> Person | Team | Organization:
        owner = self.person or self.team or self.organization
        assert owner is not None  # a_studio_has_exactly_one_owner  # noqa: S101
        return owner
