"""How far pairs came."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.market.models import Need, Offer


class Outcome(models.Model):
    """How far a pair came beyond what its sides said of it (结果); once each."""

    class Rung(models.TextChoices):
        SILENT = "silent", _("到期未答复")
        NEGOTIATED = "negotiated", _("进入洽谈")
        SIGNED = "signed", _("已签约")

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="outcomes")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="outcomes")
    rung = models.CharField(_("到哪一步"), max_length=10, choices=Rung.choices)
    side = models.CharField(_("哪一方"), max_length=5, blank=True)  # "": both
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "offer", "rung", "side"], name="one_outcome_per_pair_rung_and_side"
            ),
            models.CheckConstraint(
                condition=Q(rung="silent", side__in=("need", "offer"))
                | (~Q(rung="silent") & Q(side="")),
                name="one_side_is_silent_and_both_negotiate_or_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} × {self.offer_id} · {self.get_rung_display()}"
