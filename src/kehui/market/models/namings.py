"""Names that the market's own texts taught (别名), and what operators said of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.people.models import Person

LONGEST = 40


class NamingEdition(models.Model):
    """All pairs of names that were found at one time, with who says so. One edition is in force.

    `content` lists {name, other, owners, texts, standing, quotes: [{item, words}]}, those of most
    owners first.
    """

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("在用")
        REPLACED = "replaced", _("已被替换")
        WITHDRAWN = "withdrawn", _("已撤下")

    version = models.CharField(_("版本"), max_length=40, unique=True)
    state = models.CharField(_("状态"), max_length=9, choices=State.choices)
    content = models.JSONField(_("内容"))
    installed_at = models.DateTimeField(_("启用时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="in_force"), name="one_naming_edition_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.get_state_display()}"


class NamingVerdict(models.Model):
    """What an operator said of a pair of names; it outlives every edition."""

    name = models.CharField(_("全称"), max_length=LONGEST)
    other = models.CharField(_("别名"), max_length=LONGEST)
    is_right = models.BooleanField(_("是一样东西"))
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("裁定时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "other"], name="one_verdict_a_pair_of_names"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {'=' if self.is_right else '≠'} {self.other}"
