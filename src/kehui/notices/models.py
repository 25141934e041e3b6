"""Messages: in a person's inbox (消息), and out of the house by phone or mail (短信与邮件)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.people.models import Person


class Notice(models.Model):
    """One line in a person's inbox (消息). `key` makes sending it twice impossible."""

    class Reason(models.TextChoices):
        MATCH = "match", _("因为有新的匹配")
        SAVED_SEARCH = "saved_search", _("因为你订阅了这个搜索")
        GATE = "gate", _("因为你提交了审核")
        EXPIRY = "expiry", _("因为你的信息快到期")
        CONTACT = "contact", _("因为要确认联系方式")
        INTEREST = "interest", _("因为有人想和你谈")
        DEAL = "deal", _("因为你在这笔对接里")
        STEWARD = "steward", _("因为你是科服管家")
        REVIEW = "review", _("因为你是质量审核员")
        IDENTITY = "identity", _("因为你的实名等级有变化")
        SEAT = "seat", _("因为你的席位有变化")
        SECURITY = "security", _("因为你的登录方式有变化")
        PROGRAM = "program", _("因为你的程序要用到")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    reason = models.CharField(_("原因"), max_length=20, choices=Reason.choices)
    title = models.CharField(_("标题"), max_length=120)
    body = models.CharField(_("内容"), max_length=400, blank=True)
    link = models.CharField(_("去处"), max_length=200)
    key = models.CharField(max_length=120, unique=True)
    sent_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("读过"), null=True, blank=True)
    done_at = models.DateTimeField(_("办好"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("稍后提醒"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="a_notice_has_a_title"),
        ]
        indexes = [
            models.Index(fields=["person", "-sent_at"], name="notices_of_a_person_by_time"),
            models.Index(
                fields=["person"], condition=Q(done_at=None, read_at=None), name="unread_notices"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Letter(models.Model):
    """A short message or a mail that a job carries out of the house (短信与邮件).

    Who it goes to and what it says is sealed in `content`, and emptied at its end. `code` is why
    it failed, or why it was put off last. It names no person.
    """

    class Channel(models.TextChoices):
        PHONE = "phone", _("短信")
        EMAIL = "email", _("邮件")

    class State(models.TextChoices):
        ACCEPTED = "accepted", _("等待发送")
        DELIVERED = "delivered", _("已交出")
        FAILED = "failed", _("发送失败")
        EXPIRED = "expired", _("过时未发")

    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices)
    content = models.CharField(max_length=4000, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=State.choices, default=State.ACCEPTED
    )
    code = models.CharField(_("原因"), max_length=40, blank=True)
    tries = models.PositiveIntegerField(_("试过几次"), default=0)
    accepted_at = models.DateTimeField(_("接收时间"))
    due_at = models.DateTimeField(_("下次发送"))
    expires_at = models.DateTimeField(_("过时时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="accepted", ended_at=None)
                | (~Q(state="accepted") & Q(ended_at__isnull=False)),
                name="a_letter_ends_exactly_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed", code=""), name="a_failed_letter_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="accepted"), name="letters_due"),
            models.Index(fields=["accepted_at"], name="letters_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
