"""Match runs, the suggestions they make, and what people say of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.market.models import Item, Need, Offer
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


class MatchRun(models.Model):
    """Asking the engine about one item, once (匹配运行). A pending row is a promise."""

    class State(models.TextChoices):
        PENDING = "pending", _("等待中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未成功")

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="match_runs")
    revision = models.PositiveIntegerField(_("修订"))
    trigger = models.CharField(_("起因"), max_length=20)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.PENDING)
    requested_at = models.DateTimeField(_("请求时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    error = models.CharField(_("原因"), max_length=300, blank=True)
    engine = models.CharField(_("引擎版本"), max_length=120, blank=True)
    found = models.PositiveIntegerField(_("候选数"), default=0)
    # 0..1 of the other side's listings that no shard of a cluster answered for
    missed_share = models.FloatField(_("未查到的比例"), default=0.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="pending"), name="one_pending_run_per_item"
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_at"], condition=Q(state="pending"), name="pending_match_runs"
            ),
            models.Index(fields=["item", "-requested_at"], name="match_runs_of_an_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_state_display()}"


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
    engine = models.CharField(_("引擎版本"), max_length=120)
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


class Embedding(models.Model):
    """The vector of an item's text, made once per revision (文本向量)."""

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, primary_key=True, related_name="embedding"
    )
    encoder = models.CharField(_("编码器"), max_length=80)
    revision = models.PositiveIntegerField(_("修订"))
    vector = models.BinaryField(_("向量"))  # little-endian float32, as many as the encoder's width

    def __str__(self) -> str:
        return f"{self.item_id} {self.encoder}"


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
