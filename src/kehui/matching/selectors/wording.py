"""The words of explanations: what each part, condition and advice is called."""

from typing import Final

from django.utils.translation import gettext_noop as _

SIGNS: Final = {">=": "≥", "<=": "≤", "=": "=", "range": ""}
LABELS: Final = {
    "tech": _("技术内容"),
    "indicators": _("指标覆盖"),
    "scene": _("应用场景"),
    "readiness": _("成熟度"),
    "distance": _("距离"),
    "budget": _("预算"),
    "response": _("响应"),
    "feedback": _("反馈扣分"),
}
RULES: Final = {
    "tech": _("两边文字里共有的技术用词（越少见越值分）和整体意思的接近程度"),
    "indicators": _("需求的每个指标，对方给出的数值达到、部分达到还是没达到"),
    "scene": _("行业分类接近的程度：同一小类最高"),
    "readiness": _("达到要求的成熟度得满分，每差一级少三分之一"),
    "distance": _("同一区县得满分，600 公里以外不得分"),
    "budget": _("最低报价在预算上限以内得满分，超出一倍不得分"),
    "response": _("对方平时多久答复；没有数据按中间偏低计"),
}
RAISES: Final = {
    "SAY_MORE_OF_THE_TECHNIQUE": _("把用到的技术、对象和工况写具体"),
    "STATE_OR_MEET_INDICATORS": _("给出对应指标的数值和检测依据"),
    "STATE_THE_INDUSTRY": _("选准行业小类"),
    "STATE_OR_RAISE_READINESS": _("写明成熟度和依据"),
    "STATE_THE_REGION": _("写明所在地和服务地区"),
    "STATE_OR_MEET_THE_BUDGET": _("写明价格区间"),
    "ANSWER_SOONER": _("答复得更快"),
}
# (code, verdict) to a title and a sentence. "yes" is met, "part" partly, "no" broken.
WORDS: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("BUDGET", "yes"): (_("在预算内"), _("报价 %(asked_fen)s 起，预算上限 %(budget_fen)s")),
    ("BUDGET", "part"): (
        _("报价可能超预算"),
        _("报价 %(asked_fen)s 起，高的方案会超过预算上限 %(budget_fen)s"),
    ),
    ("BUDGET", "no"): (
        _("超出预算"),
        _("最低报价 %(asked_fen)s，预算上限 %(budget_fen)s，可先谈分期或缩小范围"),
    ),
    ("BUDGET", "unknown"): (_("价格还不知道"), _("对方没有写价格，预算上限 %(budget_fen)s")),
    ("READINESS", "yes"): (
        _("成熟度够"),
        _("已到 TRL %(reached)s，要求 TRL %(required)s 及以上"),
    ),
    ("READINESS", "part"): (_("成熟度差一级"), _("现在 TRL %(reached)s，要求 TRL %(required)s")),
    ("READINESS", "no"): (_("成熟度不够"), _("现在 TRL %(reached)s，要求 TRL %(required)s")),
    ("READINESS", "unknown"): (
        _("成熟度还不知道"),
        _("对方没有写成熟度，要求 TRL %(required)s"),
    ),
    ("REGION", "yes"): (_("地区符合"), _("对方在%(region)s，符合“%(required)s”的要求")),
    ("REGION", "no"): (_("地区不符合"), _("对方在%(region)s，要求在%(required)s")),
    ("REGION", "unknown"): (_("地区还不知道"), _("要求在%(required)s")),
    ("OFFER_REGION", "yes"): (_("在服务地区内"), _("对方服务%(required)s")),
    ("OFFER_REGION", "no"): (_("不在服务地区"), _("对方只服务%(required)s")),
    ("OFFER_REGION", "unknown"): (_("服务地区还不知道"), _("对方服务%(required)s")),
    ("DEADLINE", "yes"): (
        _("时间来得及"),
        _("对方要 %(lead_days)s 天，离期限还有 %(days_left)s 天"),
    ),
    ("DEADLINE", "no"): (
        _("时间来不及"),
        _("对方要 %(lead_days)s 天，离期限只有 %(days_left)s 天"),
    ),
    ("DEADLINE", "unknown"): (
        _("工期还不知道"),
        _("离期限还有 %(days_left)s 天，对方没有写工期"),
    ),
    ("LANGUAGE", "yes"): (_("语言符合"), _("要求的语言都有")),
    ("LANGUAGE", "part"): (_("语言部分符合"), _("还缺：%(lacking)s")),
    ("LANGUAGE", "no"): (_("语言不符合"), _("缺：%(lacking)s")),
    ("LANGUAGE", "unknown"): (_("语言还不知道"), _("要求：%(lacking)s")),
    ("LICENSE", "yes"): (_("资质齐全"), _("要求的资质都有")),
    ("LICENSE", "part"): (_("资质不全"), _("还缺：%(lacking)s")),
    ("LICENSE", "no"): (_("没有要求的资质"), _("缺：%(lacking)s")),
    ("LICENSE", "unknown"): (_("资质还不知道"), _("要求：%(lacking)s")),
    ("CAPACITY", "yes"): (_("接得下"), _("现在还能接 %(capacity)s 单")),
    ("CAPACITY", "no"): (_("排满了"), _("现在接不下新单，可以问问排期")),
    ("INDICATOR", "yes"): (_("%(name)s达到"), _("要求 %(wanted)s，对方 %(offered)s")),
    ("INDICATOR", "part"): (_("%(name)s部分达到"), _("要求 %(wanted)s，对方 %(offered)s")),
    ("INDICATOR", "no"): (_("%(name)s没达到"), _("要求 %(wanted)s，对方 %(offered)s")),
    ("INDICATOR", "unknown"): (_("%(name)s还不知道"), _("要求 %(wanted)s，对方没有写")),
}
