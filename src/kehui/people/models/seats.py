"""The seats that give rights."""

from datetime import date
from typing import Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
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
    taken back is gone at once. A substitute has a seat of the same kind that names the seat it
    stands in for: whatever must not be held together must not be held as a substitute either.
    """

    class Role(models.TextChoices):
        AGENT = "agent", _("单位经办人")
        STEWARD = "steward", _("科服管家")
        CENTER_MANAGER = "center_manager", _("中心主任")
        REVIEWER = "reviewer", _("质量审核员")
        OPERATOR = "operator", _("平台运营")
        TRIAGE_CLERK = "triage_clerk", _("分诊员")
        COORDINATOR = "coordinator", _("协调员")
        LEADER = "leader", _("领导（只读）")
        AUDITOR = "auditor", _("纪检监督")
        VENDOR = "vendor", _("技术支持商")
        SYSTEM_ADMIN = "system_admin", _("系统管理员")
        SECURITY_ADMIN = "security_admin", _("安全管理员")
        AUDIT_ADMIN = "audit_admin", _("审计管理员")

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
    stands_in_for = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="substitutes",
        verbose_name=_("代理的席位"),
    )

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
            models.CheckConstraint(
                condition=Q(stands_in_for=None) | Q(valid_until__isnull=False),
                name="a_substitute_has_a_last_day",
            ),
            # Two ranges of numbers instead of an equality: no extension of the database is needed
            ExclusionConstraint(
                name="at_most_one_of_the_three_admins",
                expressions=[
                    (
                        Func(F("person_id"), F("person_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("valid_from"), F("valid_until"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(role__in=["system_admin", "security_admin", "audit_admin"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"


# Software, rights and the log: nobody has two of them in hand (三员分立). The constraint forbids
# any second seat of the three, so that none of them can be doubled by another place either.
SEPARATED: Final = (Seat.Role.SYSTEM_ADMIN, Seat.Role.SECURITY_ADMIN, Seat.Role.AUDIT_ADMIN)
