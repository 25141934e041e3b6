"""Needs and the indicators that say when they are met."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.market.models.items import Item


class Need(Item):
    """Something an organization, rarely a person, wants (科技所需)."""

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="need"
    )
    region_requirement = ArrayField(
        models.CharField(max_length=24), default=list, blank=True, verbose_name=_("地区要求")
    )  # codes of GB/T 2260; empty means the whole country (全国)
    background = models.TextField(_("需求背景"), max_length=1000, blank=True)
    main_problem = models.TextField(_("需解决的主要技术难题"), max_length=1000, blank=True)
    target = models.TextField(_("期望实现的主要技术目标"), max_length=1000, blank=True)
    tried = models.TextField(_("已经试过"), max_length=1000, blank=True)
    deadline = models.DateField(_("希望完成日期"), null=True, blank=True)
    budget_low_fen = models.BigIntegerField(_("预算下限"), null=True, blank=True)
    budget_high_fen = models.BigIntegerField(_("预算上限"), null=True, blank=True)
    deliverable = models.CharField(_("交付物"), max_length=200, blank=True)
    acceptance = models.CharField(_("怎么验收"), max_length=200, blank=True)
    ip_wish = models.CharField(_("知识产权想法"), max_length=100, blank=True)
    terms_accepted_at = models.DateTimeField(_("同意发布规则"), null=True, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=30, blank=True)
    contact_channel = models.CharField(_("联系电话或邮箱"), max_length=80, blank=True)
    hides_name = models.BooleanField(_("不公开单位名称"), default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(budget_low_fen=None)
                | Q(budget_high_fen=None)
                | Q(budget_low_fen__gt=0, budget_high_fen__gte=F("budget_low_fen")),
                name="a_budget_runs_from_low_to_high",
            ),
        ]


class Indicator(models.Model):
    """One measured target of a need (指标): what, from and to what, in which unit, how verified."""

    class Comparison(models.TextChoices):
        AT_LEAST = "ge", "≥"
        AT_MOST = "le", "≤"
        ABOUT = "eq", "="
        BETWEEN = "between", _("介于")

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField(_("次序"), default=0)
    name = models.CharField(_("指标"), max_length=40)
    current = models.CharField(_("现在"), max_length=40, blank=True)
    comparison = models.CharField(_("关系"), max_length=8, choices=Comparison.choices)
    target = models.DecimalField(_("目标"), max_digits=18, decimal_places=6)
    target_high = models.DecimalField(
        _("目标上限"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    verification = models.CharField(_("怎么验收"), max_length=80, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comparison="between", target_high__gt=F("target"))
                | (~Q(comparison="between") & Q(target_high=None)),
                name="only_a_range_has_two_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.target_text}"

    @property
    def target_text(self) -> str:
        low = f"{self.target.normalize():f}"
        if self.target_high is not None:
            return f"{low}–{self.target_high.normalize():f} {self.unit}".strip()
        return f"{self.get_comparison_display()} {low} {self.unit}".strip()
