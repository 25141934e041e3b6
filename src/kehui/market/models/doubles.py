"""What is learned at night about items that repeat each other (查重)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.market.models.items import Item


class StockSentence(models.Model):
    """A sentence that many texts of many owners share (套话). Items are compared without it."""

    hash = models.BigIntegerField(primary_key=True)  # of its bare characters; see engines.doubles

    def __str__(self) -> str:
        return f"套话 {self.pk}"


class Repeat(models.Model):
    """An item that repeats another one (重复)."""

    class Way(models.TextChoices):
        SAME = "same", _("几乎一样")
        WITHIN = "within", _("包含在内")

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, primary_key=True, related_name="repeat"
    )
    first = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="repeated_by")
    way = models.CharField(_("怎样重复"), max_length=6, choices=Way.choices)
    share = models.FloatField(_("相同部分"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(item=F("first")), name="nothing_repeats_itself_alone"
            ),
            models.CheckConstraint(
                condition=Q(share__range=(0, 1)), name="a_repeated_share_is_0_to_1"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} → {self.first_id}"
