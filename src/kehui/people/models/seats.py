"""The seats that give rights."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.people.models.organizations import Organization
from kehui.people.models.persons import Person


class SeatQuerySet(models.QuerySet["Seat"]):
    def valid_on(self, day: date) -> "SeatQuerySet":
        """Leave out seats that have yet to begin or are over on that day."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day)


class Seat(models.Model):
    """A person's post: in which organization, as what, for which place, for how long (席位).

    Rights come from seats only. `valid_until` is the first day without the seat, so that a seat
    taken back is gone at once.
    """

    class Role(models.TextChoices):
        AGENT = "agent", _("单位经办人")
        STEWARD = "steward", _("科服管家")
        CENTER_MANAGER = "center_manager", _("中心主任")
        REVIEWER = "reviewer", _("质量审核员")
        OPERATOR = "operator", _("平台运营")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seats")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="seats"
    )
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    region = models.ForeignKey(
        "core.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("负责地区")
    )
    valid_from = models.DateField(_("起"))
    valid_until = models.DateField(_("止"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization", "role", "region"],
                condition=Q(valid_until=None),
                nulls_distinct=False,
                name="one_open_seat_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="a_seat_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(role="agent") | Q(organization__isnull=False),
                name="an_agent_acts_for_an_organization",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"
