"""Pairs that could fit, as the engine argued for them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.market.models import Need, Offer


class Suggestion(models.Model):
    """One need and one offer that could fit, with the argument for and against (匹配)."""

    class Answer(models.TextChoices):
        NONE = "", _("未答复")
        ACCEPTED = "accepted", _("合适")
        DECLINED = "declined", _("不合适")

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="suggestions")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="suggestions")
    score = models.PositiveSmallIntegerField(_("契合分"))
    order = models.FloatField(_("排序值"))
    parts = models.JSONField(_("各项得分"))
    explanation = models.JSONField(_("解释"))
    features = models.JSONField(_("特征"), default=dict)  # the columns behind score and order
    engine = models.CharField(_("引擎版本"), max_length=120)
    ranker = models.CharField(_("排序模型"), max_length=40, blank=True)  # "": the published rule
    from_need = models.BooleanField(_("由需求找到"), default=False)
    from_offer = models.BooleanField(_("由成果找到"), default=False)
    made_at = models.DateTimeField(_("生成时间"))
    need_answer = models.CharField(
        _("需求方答复"), max_length=8, choices=Answer.choices, blank=True
    )
    offer_answer = models.CharField(
        _("供给方答复"), max_length=8, choices=Answer.choices, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["need", "offer"], name="one_suggestion_per_pair"),
            models.CheckConstraint(condition=Q(score__range=(0, 100)), name="a_score_is_0_to_100"),
        ]
        indexes = [
            models.Index(fields=["need", "-order"], name="suggestions_for_a_need"),
            models.Index(fields=["offer", "-order"], name="suggestions_for_an_offer"),
        ]

    def __str__(self) -> str:
        return f"{self.need} × {self.offer}"
