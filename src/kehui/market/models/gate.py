"""The quality gate: four criteria, 0 to 5 each, by somebody who is not the author (质量关)."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.market.models.codes import State
from kehui.market.models.items import Item
from kehui.people.models import Person

CRITERIA: Final = ("advantages", "clarity", "cooperation", "language")


class Review(models.Model):
    """One decision on one revision of an item. The author reads scores and sentences."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="reviews")
    revision = models.PositiveIntegerField(_("修订"))
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reviews")
    advantages = models.PositiveSmallIntegerField(_("优势"))
    advantages_note = models.CharField(_("优势：一句话"), max_length=200)
    clarity = models.PositiveSmallIntegerField(_("清楚"))
    clarity_note = models.CharField(_("清楚：一句话"), max_length=200)
    cooperation = models.PositiveSmallIntegerField(_("合作期望"))
    cooperation_note = models.CharField(_("合作期望：一句话"), max_length=200)
    language = models.PositiveSmallIntegerField(_("语言"))
    language_note = models.CharField(_("语言：一句话"), max_length=200)
    outcome = models.CharField(_("结论"), max_length=10, choices=State.choices)
    decided_at = models.DateTimeField(_("审核时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "revision"], name="one_decision_per_revision"),
            models.CheckConstraint(
                condition=Q(outcome__in=[State.PUBLISHED, State.ON_HOLD, State.REJECTED]),
                name="a_review_publishes_holds_or_rejects",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__range": (0, 5)}), name=f"{name}_scores_0_to_5"
                )
                for name in CRITERIA
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_outcome_display()}"

    @property
    def total(self) -> int:
        return self.advantages + self.clarity + self.cooperation + self.language
