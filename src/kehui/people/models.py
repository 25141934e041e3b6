"""Persons, organizations, teams, and the seats that give rights.

A person is not an account: an expert may be known without ever having signed in, and a person who
asks to be forgotten loses the account and the row's contents, not the history.
"""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.core.fields import UUID7Field


class Level(models.IntegerChoices):
    """How well somebody is known (实名等级); above V1 it comes from a check, never from a form."""

    V0 = 0, _("访客")
    V1 = 1, _("已注册")
    V2 = 2, _("身份已核验")
    V3 = 3, _("单位已确认")


class Person(models.Model):
    """A human being known to the platform (人员), with or without an account."""

    uid = UUID7Field()
    name = models.CharField(_("姓名"), max_length=30)
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

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_person_has_a_name"),
            models.CheckConstraint(
                condition=Q(level__range=(0, 3)), name="a_person_is_known_at_levels_0_to_3"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """How Django finds and makes accounts."""

    def create_user(self, username: str, password: str, **fields: Any) -> "Account":
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, username: str, password: str, **fields: Any) -> "Account":
        fields |= {"is_staff": True, "is_superuser": True}
        return self.create_user(username, password, **fields)


class Account(AbstractBaseUser, PermissionsMixin):
    """The way a person signs in (账号). One person has at most one here."""

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="account"
    )
    username = models.CharField(_("用户名"), max_length=40, unique=True)
    is_active = models.BooleanField(_("可用"), default=True)
    is_staff = models.BooleanField(_("可进原始数据后台"), default=False)
    elder_mode = models.BooleanField(_("长辈版"), default=False)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    created_at = models.DateTimeField(_("注册时间"), null=True)
    acting_for = models.ForeignKey(
        "Organization",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("当前代表的单位"),
    )

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    def __str__(self) -> str:
        return self.username


class Organization(models.Model):
    """A firm, institute, society, office or collective (企事业单位)."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("企业")
        PUBLIC_INSTITUTION = "public_institution", _("事业单位")
        UNIVERSITY = "university", _("高等院校")
        RESEARCH_INSTITUTE = "research_institute", _("科研院所")
        NEW_RD_BODY = "new_rd_body", _("新型研究机构")
        JOINT_LAB = "joint_lab", _("联合实验室")
        PROVINCIAL_LAB = "provincial_lab", _("省级实验室")
        EXCLUSIVE_LAB = "exclusive_lab", _("专属实验室")
        INDUSTRY_RESEARCH_INSTITUTE = "industry_research_institute", _("产业研究院")
        SOCIETY = "society", _("学会（协会、研究会）")
        ASSOCIATION_BODY = "association_body", _("科协")
        RETIRED_ASSOCIATION = "retired_association", _("老科协")
        THIRD_PARTY_AGENCY = "third_party_agency", _("第三方机构")
        TECH_TRANSFER_CENTER = "tech_transfer_center", _("技术转移中心")
        INNOVATION_PLATFORM = "innovation_platform", _("创新平台")
        JOINT_INNOVATION_CENTER = "joint_innovation_center", _("会地联合创新中心")
        SERVICE_CONSORTIUM = "service_consortium", _("科技服务联合体")
        EXPERT_STATION = "expert_station", _("院士（专家）创新工作站")
        COOPERATION_ZONE = "cooperation_zone", _("科技创新合作区")
        PARK = "park", _("园区")
        GOVERNMENT = "government", _("党政机关")
        BASE_HOST = "base_host", _("科普基地")
        VILLAGE_COLLECTIVE = "village_collective", _("村集体经济组织")
        INDIVIDUAL_BUSINESS = "individual_business", _("个体工商户")
        STRATEGY_INSTITUTE = "strategy_institute", _("创新战略研究院分院")
        REGULATOR_WORKSTATION = "regulator_workstation", _("监管机构工作站")
        FINANCE_PARTNER = "finance_partner", _("金融机构")
        IT_VENDOR = "it_vendor", _("信息技术服务商")

    class Size(models.TextChoices):
        MICRO = "micro", _("微型")
        SMALL = "small", _("小型")
        MEDIUM = "medium", _("中型")
        LARGE = "large", _("大型")

    uid = UUID7Field()
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=30, choices=Kind.choices)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, null=True, blank=True)
    alternative_id = models.JSONField(_("其他证照号"), null=True, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="units"
    )
    region = models.ForeignKey(
        "core.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("所在地")
    )
    industry = models.CharField(_("行业小类"), max_length=5, blank=True)
    size = models.CharField(_("规模"), max_length=10, choices=Size.choices, blank=True)
    level = models.PositiveSmallIntegerField(
        _("实名等级"), choices=Level.choices, default=Level.V1, db_default=Level.V1
    )
    joined_at = models.DateTimeField(_("加入时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uscc"], name="one_organization_per_unified_code"),
            models.CheckConstraint(condition=~Q(name=""), name="an_organization_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People who offer together (科技工作者团队)."""

    uid = UUID7Field()
    name = models.CharField(_("名称"), max_length=60)
    lead = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="teams_led")
    host = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="teams"
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


class Seat(models.Model):
    """A person's post: in which organization, as what, for which place, for how long (席位).

    Rights come from seats only.
    """

    class Role(models.TextChoices):
        AGENT = "agent", _("单位经办人")
        STEWARD = "steward", _("科服管家")
        CENTER_MANAGER = "center_manager", _("中心主任")
        REVIEWER = "reviewer", _("质量审核员")
        OPERATOR = "operator", _("平台运营")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seats")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="seats"
    )
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    region = models.ForeignKey(
        "core.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("负责地区")
    )
    valid_from = models.DateField(_("起"))
    valid_until = models.DateField(_("止"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization", "role", "region"],
                condition=Q(valid_until=None),
                nulls_distinct=False,
                name="one_open_seat_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="a_seat_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(role="agent") | Q(organization__isnull=False),
                name="an_agent_acts_for_an_organization",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"
