"""Persons, how well they are known, and their teams.

A person is not an account: an expert may be known without ever having signed in, and a person who
asks to be forgotten loses the account and the row's contents, not the history.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.core.fields import PersonLookField, UUID7Field


class Level(models.IntegerChoices):
    """How well somebody is known (实名等级); above V1 it comes from a check, never from a form."""

    V0 = 0, _("访客")
    V1 = 1, _("已注册")
    V2 = 2, _("身份已核验")
    V3 = 3, _("单位已确认")


GONE = "已注销用户"  # the name of everybody who has left


class PersonTokens(models.Func):
    """What a person is searched by: signs and pairs of the name, the place, the disciplines.

    Takes name, code of the region and codes of disciplines. The function is made by migration
    0010; an index keeps what it returns, so a search reads no name.
    """

    function = "kehui_person_tokens"
    output_field = ArrayField(models.TextField())


class Person(models.Model):
    """A human being known to the platform (人员), with or without an account."""

    uid = UUID7Field()
    name = models.CharField(_("姓名"), max_length=30)
    look = PersonLookField(_("形近键"))
    title = models.CharField(_("职称或职务"), max_length=40, blank=True)
    employer = models.ForeignKey(
        "Organization",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="employees",
        verbose_name=_("工作单位"),
    )
    region = models.ForeignKey(
        "core.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("所在地")
    )
    disciplines = ArrayField(models.CharField(max_length=7), default=list, blank=True)
    level = models.PositiveSmallIntegerField(
        _("实名等级"), choices=Level.choices, default=Level.V1, db_default=Level.V1
    )
    is_sci_tech_worker = models.BooleanField(_("科技工作者"), default=False)
    joined_at = models.DateTimeField(_("加入时间"))
    left_at = models.DateTimeField(_("注销时间"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed"
    )  # whoever this entry turned out to be; never one who is absorbed too

    class Meta:
        indexes = [
            models.Index(fields=["look", "region"], name="persons_by_look_and_place"),
            models.Index(
                fields=["name"], opclasses=["text_pattern_ops"], name="persons_by_name"
            ),  # beginnings too
            models.Index(fields=["-joined_at", "-id"], name="persons_latest_first"),
            GinIndex(
                PersonTokens("name", "region_id", "disciplines"),
                name="persons_by_what_is_searched",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_person_has_a_name"),
            models.CheckConstraint(
                condition=Q(level__range=(0, 3)), name="a_person_is_known_at_levels_0_to_3"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None)
                | Q(name=GONE, title="", employer=None, disciplines=[], level=Level.V0),
                name="who_has_left_says_nothing",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="nobody_is_absorbed_by_oneself",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People who offer together (科技工作者团队)."""

    uid = UUID7Field()
    name = models.CharField(_("名称"), max_length=60)
    lead = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="teams_led")
    host = models.ForeignKey(
        "Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="teams"
    )
    founded_at = models.DateTimeField(_("组建时间"))

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's place in a team, from one day to another."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("分工"), max_length=40, blank=True)
    since = models.DateField(_("加入日期"))
    until = models.DateField(_("退出日期"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"], condition=Q(until=None), name="one_open_place_per_team"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.team}"
