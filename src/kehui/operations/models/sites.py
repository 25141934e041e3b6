"""What the operator says of itself: who changed it from what to what."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.people.models import Person


class SiteChange(models.Model):
    """One word of the operator's was changed, or waits for a second person (站点信息变更)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等第二人确认")
        IN_FORCE = "in_force", _("已生效")
        REFUSED = "refused", _("未同意")

    name = models.CharField(_("项目"), max_length=40)
    before = models.CharField(_("原来"), max_length=200, blank=True)
    after = models.CharField(_("改为"), max_length=200, blank=True)
    reason = models.CharField(_("理由"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices)
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="site_changes", verbose_name=_("提出人")
    )
    at = models.DateTimeField(_("提出时间"))
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="site_changes_decided",
        verbose_name=_("确认人"),
    )
    decided_at = models.DateTimeField(_("确认时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("站点信息变更")
        indexes = [models.Index(fields=["-at", "-id"], name="site_changes_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(state="waiting"), name="one_waiting_change_of_a_word"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_change_says_why"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("by")),
                name="nobody_confirms_an_own_change",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(decided_by=None, decided_at=None),
                name="a_waiting_change_is_undecided",
            ),
        ]

    def __str__(self) -> str:
        return self.name
