"""Learned orders."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Ranker(models.Model):
    """A learned order, as it was trained (排序模型). Without one in force the rule orders."""

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
                fields=["state"], condition=Q(state="in_force"), name="one_ranker_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.get_state_display()}"
