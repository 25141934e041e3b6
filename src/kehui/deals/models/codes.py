"""Closed lists of deals: states, roles, reasons."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How far a deal is; the ways from one to another stand in data/graphs.toml."""

    INTENTION = "intention", _("待答复")
    NEGOTIATING = "negotiating", _("洽谈中")
    DECLINED = "declined", _("已谢绝")
    LAPSED = "lapsed", _("已搁置")
    AGREED = "agreed", _("已谈妥")
    SIGNED = "signed", _("已签约")
    PERFORMING = "performing", _("履行中")
    DELIVERED = "delivered", _("已交付")
    ACCEPTED = "accepted", _("已验收")
    PAID = "paid", _("已付款")
    CLOSED = "closed", _("已完成")
    RESCINDED = "rescinded", _("已解除")
    DISPUTED = "disputed", _("有争议")


ENDED: Final = (State.DECLINED, State.LAPSED, State.RESCINDED, State.CLOSED)


class Role(models.TextChoices):
    """What a party is to a deal."""

    BUYER = "buyer", _("需求方")
    SELLER = "seller", _("供给方")
    INTERMEDIARY = "intermediary", _("居间方")
    GUARANTOR = "guarantor", _("担保方")


class DeclineReason(models.TextChoices):
    """Why talks end without a deal (谢绝原因). A sentence goes with it where it is the last one."""

    PRICE = "price", _("价格谈不拢")
    TIME = "time", _("时间对不上")
    TECHNOLOGY = "technology", _("技术达不到要求")
    TERMS = "terms", _("合同条款谈不拢")
    OWNERSHIP = "ownership", _("知识产权归属谈不拢")
    TRUST = "trust", _("对方资质或信用有疑问")
    CAPACITY = "capacity", _("人手或产能不够")
    BUDGET = "budget", _("预算取消")
    ELSEWHERE = "elsewhere", _("已与别家合作")
    OTHER = "other", _("其他")


class QuoteState(models.TextChoices):
    STAGED = "staged", _("拟报价")
    SENT = "sent", _("已报价")
    ACCEPTED = "accepted", _("已接受")
    DECLINED = "declined", _("已谢绝")
    EXPIRED = "expired", _("已过期")
    REPLACED = "replaced", _("已被新报价取代")
    WITHDRAWN = "withdrawn", _("已撤下")


class ContractKind(models.TextChoices):
    """The five kinds of technology contracts of the Civil Code."""

    DEVELOPMENT = "development", _("技术开发合同")
    TRANSFER = "transfer", _("技术转让合同")
    LICENSE = "license", _("技术许可合同")
    CONSULTING = "consulting", _("技术咨询合同")
    SERVICE = "service", _("技术服务合同")


class ContractState(models.TextChoices):
    DRAFT = "draft", _("起草中")
    PROPOSED = "proposed", _("待签署")
    SIGNED = "signed", _("已签署")
    WITHDRAWN = "withdrawn", _("已撤回")
    REPLACED = "replaced", _("已被变更取代")


class MilestoneState(models.TextChoices):
    PLANNED = "planned", _("未到")
    REPORTED = "reported", _("已报完成")
    FIX = "fix", _("待整改")
    PASSED = "passed", _("已通过")
    STOPPED = "stopped", _("已终止")
