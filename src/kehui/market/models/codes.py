"""The code lists of the market. A value outside them is refused, never mapped to a default."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    OFFER = "offer", _("科技所能")
    NEED = "need", _("科技所需")


class ServiceLine(models.TextChoices):
    """The four lines of service (四大服务); every item has exactly one."""

    SERVICE = "service", _("科技服务")
    ACHIEVEMENT = "achievement", _("科技成果")
    PROJECT = "project", _("科研项目")
    POP_SCIENCE = "pop_science", _("科普服务")


class OfferKind(models.TextChoices):
    SERVICE = "service", _("科技服务")
    ACHIEVEMENT = "achievement", _("科技成果")
    CAPACITY = "capacity", _("科研能力")
    HIGH_TECH = "high_tech", _("高新技术推广")
    POP_SCIENCE = "pop_science", _("科普服务")


class NeedKind(models.TextChoices):
    SERVICE = "service", _("找科技服务")
    ACHIEVEMENT = "achievement", _("引入科技成果")
    PROBLEM = "problem", _("委托攻关难题")
    INSTRUMENT = "instrument", _("找仪器设备")
    EXPERT = "expert", _("找专家")
    POP_SCIENCE = "pop_science", _("找科普服务")


LINE_OF: dict[str, ServiceLine] = {
    "service": ServiceLine.SERVICE,
    "instrument": ServiceLine.SERVICE,
    "expert": ServiceLine.SERVICE,
    "achievement": ServiceLine.ACHIEVEMENT,
    "high_tech": ServiceLine.ACHIEVEMENT,
    "capacity": ServiceLine.PROJECT,
    "problem": ServiceLine.PROJECT,
    "pop_science": ServiceLine.POP_SCIENCE,
}


class State(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    ON_HOLD = "on_hold", _("待补充")
    REJECTED = "rejected", _("未通过")
    PUBLISHED = "published", _("已发布")
    CLOSED = "closed", _("已办结")
    EXPIRED = "expired", _("已到期")
    WITHDRAWN = "withdrawn", _("已撤回")


class CloseReason(models.TextChoices):
    SOLVED_HERE = "solved_here", _("在这里解决了")
    SOLVED_ELSEWHERE = "solved_elsewhere", _("在别处解决了")
    NO_LONGER_NEEDED = "no_longer_needed", _("不再需要")
    NO_ANSWER = "no_answer", _("没有人回应")
    WRONG_POSTING = "wrong_posting", _("发错了")
    CONTACT_LOST = "contact_lost", _("联系不上")


class PriceMode(models.TextChoices):
    FIXED = "fixed", _("明码标价")
    NEGOTIATED = "negotiated", _("面议")


class Tier(models.IntegerChoices):
    """Who may read an item's details (分级披露)."""

    PUBLIC = 0, _("公开")
    VERIFIED = 1, _("实名用户可见")
    AGREEMENT = 2, _("签保密协议后可见")
    ROOM = 3, _("指定人员可见")


class Bucket(models.TextChoices):
    """Whether an item counts in figures; set by rules, never by its author."""

    COUNTED = "counted", _("计入")
    QUARANTINED = "quarantined", _("隔离待查")
    REJECTED = "rejected", _("不计入")
    DUPLICATE = "duplicate", _("重复")
