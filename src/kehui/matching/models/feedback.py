"""What people say of suggestions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.matching.models.suggestions import Suggestion
from kehui.people.models import Person


class Reason(models.TextChoices):
    """Why somebody turns a suggestion down: a closed list (婉拒原因)."""

    R01 = "R01", _("还不够成熟")
    R02 = "R02", _("看不出好处")
    R03 = "R03", _("商业路径不清")
    R04 = "R04", _("说明看不懂")
    R05 = "R05", _("不是我们的方向")
    R06 = "R06", _("不比现有的好")
    R07 = "R07", _("价格或条件谈不拢")
    R08 = "R08", _("有硬性条件不符")
    R09 = "R09", _("时间来不及")
    R10 = "R10", _("眼下没有人手或机时")
    R11 = "R11", _("产权或保密解决不了")
    R12 = "R12", _("已经解决或已在和别人谈")
    R13 = "R13", _("对方身份或履历不足")
    R14 = "R14", _("有利益关联")
    R15 = "R15", _("与另一条重复")
    R16 = "R16", _("其他")


class Feedback(models.Model):
    """What a person of one side said of a suggestion, at the position it was shown."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="feedback")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("哪一方"), max_length=5)
    answer = models.CharField(_("答复"), max_length=8, choices=Suggestion.Answer.choices)
    reason = models.CharField(_("原因"), max_length=3, choices=Reason.choices, blank=True)
    sentence = models.CharField(_("一句话"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("当时名次"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("对方信息的修订"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="accepted", reason="") | (Q(answer="declined") & ~Q(reason="")),
                name="declined_exactly_when_it_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion} · {self.get_answer_display()}"
