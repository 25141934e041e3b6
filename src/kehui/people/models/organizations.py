"""Firms, institutes, societies, offices and collectives."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.core.fields import LookField, UUID7Field
from kehui.people.models.persons import Level


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
    look = LookField(_("形近键"))
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
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed"
    )  # as of persons

    class Meta:
        indexes = [
            models.Index(fields=["-joined_at", "-id"], name="organizations_latest_first"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="no_organization_is_absorbed_by_itself",
            ),
            models.UniqueConstraint(fields=["uscc"], name="one_organization_per_unified_code"),
            models.CheckConstraint(condition=~Q(name=""), name="an_organization_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
