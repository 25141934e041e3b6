"""Asking the other side to talk."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kehui.market.models import Need, Offer
from kehui.matching.models.suggestions import Suggestion
from kehui.people.models import Person


class Interest(models.Model):
    """One side asks the other to talk (约谈). Deals take it from here."""

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.SET_NULL, null=True, related_name="interests"
    )
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="interests")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="interests")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("哪一方"), max_length=5)
    through_steward = models.BooleanField(_("请管家联系"), default=False)
    message = models.CharField(_("留言"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("时间"))
    reply_due_on = models.DateField(_("答复期限"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "offer", "side"], name="one_interest_per_pair_and_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need} → {self.offer}"
