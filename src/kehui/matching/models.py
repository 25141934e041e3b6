"""Match runs, the suggestions they make, and what people say of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.market.models import Item, Need, Offer, Studio
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


class Embedding(models.Model):
    """The vector of an item's text, made once per revision and encoder (文本向量).

    While one encoder replaces another, an item has a vector of each.
    """

    item = models.ForeignKey(
        Item, on_delete=models.CASCADE, db_index=False, related_name="embeddings"
    )
    encoder = models.CharField(_("编码器"), max_length=80)
    revision = models.PositiveIntegerField(_("修订"))
    vector = models.BinaryField(_("向量"))  # little-endian float32, as many as the encoder's width

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "encoder"], name="one_vector_per_item_and_encoder"
            ),
        ]
        indexes = [models.Index(fields=["encoder", "item"], name="vectors_of_an_encoder")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.encoder}"


class EncoderProgress(models.Model):
    """How far a plugged encoder has come through all that is published (编码进度).

    `finished_at` is empty until it has once seen everything: before that it does not serve.
    """

    encoder = models.CharField(_("编码器"), max_length=80, primary_key=True)
    dimension = models.PositiveIntegerField(_("维数"), default=0)  # 0: not known yet
    cursor = models.PositiveBigIntegerField(_("做到的编号"), default=0)
    made = models.PositiveBigIntegerField(_("已做向量"), default=0)
    refused = models.PositiveIntegerField(_("这一轮做不成的"), default=0)
    failures = models.PositiveIntegerField(_("失败次数"), default=0)
    error = models.CharField(_("最近一次失败"), max_length=300, blank=True)
    failed_at = models.DateTimeField(_("最近失败的时间"), null=True, blank=True)
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("首次做完的时间"), null=True, blank=True)
    caught_up_at = models.DateTimeField(_("最近补做的时间"), null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.encoder} {self.cursor}"


class ExposureRun(models.Model):
    """Sharing the front places of all needs' lists, once (曝光核算): parameters and figures.

    Shares are 0..1. `curve` holds, for each trade tried, its Gini and the relevance kept.
    """

    at = models.DateTimeField(_("时间"))
    lists = models.PositiveIntegerField(_("需求数"))
    studios = models.PositiveIntegerField(_("工作室数"))
    sheltered = models.PositiveIntegerField(_("受保障的工作室数"))
    trade = models.FloatField(_("折算率"))
    floor = models.FloatField(_("保底份额"))
    gini_before = models.FloatField(_("核算前基尼系数"))
    gini_after = models.FloatField(_("核算后基尼系数"))
    relevance = models.FloatField(_("保住的契合度"))
    sheltered_before = models.FloatField(_("核算前的保底份额"))
    sheltered_after = models.FloatField(_("核算后的保底份额"))
    lift = models.FloatField(_("上移分"))
    is_floor_reached = models.BooleanField(_("达到保底"))
    curve = models.JSONField(_("曲线"))

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class StudioExposure(models.Model):
    """How much a studio is seen in needs' lists, and the points that move it there (曝光)."""

    studio = models.OneToOneField(
        Studio, on_delete=models.CASCADE, primary_key=True, related_name="exposure"
    )
    run = models.ForeignKey(ExposureRun, on_delete=models.CASCADE, related_name="studio_rows")
    before = models.FloatField(_("核算前曝光"))
    after = models.FloatField(_("核算后曝光"))
    taken = models.FloatField(_("位次下移分"))
    given = models.FloatField(_("位次上移分"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__gte=0, given__gte=0), name="exposure_takes_and_gives"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.studio} {self.given - self.taken:+.1f}"


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
