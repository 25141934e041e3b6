"""Which suggestions people saw, and where."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.market.models import Need, Offer
from kehui.people.models import Person


class Showing(models.Model):
    """A side saw a suggestion at a place, counted once a person and day (出示).

    Need and offer stand here by themselves: a suggestion that nobody answers and nothing finds any
    more is dropped, and that it was shown and met with silence must not go with it.
    """

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="showings")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="showings")
    side = models.CharField(_("哪一方"), max_length=5)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    on = models.DateField(_("日期"))
    position = models.PositiveSmallIntegerField(_("名次"))
    score = models.PositiveSmallIntegerField(_("契合分"))
    features = models.JSONField(_("特征"))
    engine = models.CharField(_("引擎版本"), max_length=120)
    ranker = models.CharField(_("排序模型"), max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "offer", "side", "person", "on"],
                name="one_showing_per_pair_side_person_and_day",
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="places_count_from_1"),
        ]
        indexes = [models.Index(fields=["on"], name="showings_by_day")]

    def __str__(self) -> str:
        return f"{self.need_id} × {self.offer_id} {self.on}"
