"""What is signed: the contract's terms, its milestones and payments, and who signed when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.deals.models.codes import ContractKind, ContractState, MilestoneState, Role
from kehui.deals.models.deals import Deal
from kehui.people.models import Organization, Person


class Contract(models.Model):
    """One version of a deal's contract (合同).

    `text` is what was put up for signing, as `selectors.contracts.text_of` writes it; it stays as
    it is, and `text_hash` is of it.
    """

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="contracts")
    number = models.PositiveSmallIntegerField(_("版本"))
    state = models.CharField(
        _("状态"), max_length=12, choices=ContractState.choices, default=ContractState.DRAFT
    )
    kind = models.CharField(_("合同类别"), max_length=12, choices=ContractKind.choices)
    subject = models.TextField(_("标的"), max_length=2000)
    amount_total_fen = models.BigIntegerField(_("成交额"))
    amount_technical_fen = models.BigIntegerField(_("其中技术交易额"))
    ownership = models.TextField(_("知识产权归属"), max_length=1000)
    acceptance = models.CharField(_("验收办法"), max_length=300)
    acceptance_days = models.PositiveSmallIntegerField(_("验收期限（天）"), default=15)
    confidential_until = models.DateField(_("保密至"), null=True, blank=True)
    change_reason = models.CharField(_("变更原因"), max_length=300, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("起草时间"))
    proposed_at = models.DateTimeField(_("提请签署时间"), null=True, blank=True)
    signed_at = models.DateTimeField(_("签署完成时间"), null=True, blank=True)
    text = models.TextField(_("提请签署的文本"), blank=True)
    text_hash = models.CharField("SHA-256", max_length=64, blank=True, db_index=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "number"], name="contracts_are_numbered"),
            models.UniqueConstraint(
                fields=["deal"],
                condition=Q(state__in=[ContractState.DRAFT, ContractState.PROPOSED]),
                name="one_contract_in_the_making",
            ),
            models.UniqueConstraint(
                fields=["deal"],
                condition=Q(state=ContractState.SIGNED),
                name="one_contract_in_force",
            ),
            models.CheckConstraint(
                condition=Q(amount_total_fen__gt=0)
                & Q(amount_technical_fen__gte=0)
                & Q(amount_technical_fen__lte=F("amount_total_fen")),
                name="the_technical_part_is_within_the_contract",
            ),
            models.CheckConstraint(
                condition=Q(state=ContractState.DRAFT, text_hash="", proposed_at=None)
                | (
                    ~Q(state=ContractState.DRAFT)
                    & Q(text_hash__regex=r"^[0-9a-f]{64}$", proposed_at__isnull=False)
                ),
                name="what_was_proposed_is_hashed",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=False)
                | ~Q(state__in=[ContractState.SIGNED, ContractState.REPLACED]),
                name="a_signed_contract_knows_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal} #{self.number}"


class Milestone(models.Model):
    """A step of the work (里程碑): by when, what counts as done, and whether it is."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField(_("次序"))
    name = models.CharField(_("名称"), max_length=60)
    criterion = models.CharField(_("完成标准"), max_length=200)
    due_on = models.DateField(_("期限"))
    state = models.CharField(
        _("状态"),
        max_length=12,
        choices=MilestoneState.choices,
        default=MilestoneState.PLANNED,
    )
    fix_until = models.DateField(_("整改期限"), null=True, blank=True)
    evidence = models.CharField(_("完成说明"), max_length=300, blank=True)
    reported_at = models.DateTimeField(_("报告时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    sentence = models.CharField(_("意见"), max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "position"], name="milestones_are_numbered"
            ),
            models.CheckConstraint(
                condition=(Q(state=MilestoneState.FIX) & Q(fix_until__isnull=False))
                | (~Q(state=MilestoneState.FIX) & Q(fix_until=None)),
                name="a_fix_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Payment(models.Model):
    """A part of the price (付款): when it is due, with which milestone, whether it has come."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="payments")
    position = models.PositiveSmallIntegerField(_("次序"))
    milestone = models.ForeignKey(
        Milestone, on_delete=models.CASCADE, null=True, blank=True, related_name="payments"
    )
    amount_fen = models.BigIntegerField(_("金额"))
    due_on = models.DateField(_("应付日期"))
    proof = models.CharField(_("付款凭证号"), max_length=80, blank=True)
    told_at = models.DateTimeField(_("付款方登记时间"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("收款方确认时间"), null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "position"], name="payments_are_numbered"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="a_payment_is_of_something"),
            models.CheckConstraint(
                condition=Q(told_at=None, proof="") | (Q(told_at__isnull=False) & ~Q(proof="")),
                name="who_paid_has_a_proof",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.position}"


class Signature(models.Model):
    """That a party signed (签署记录): what it found, and what stands there since.

    `hash_before` is the contract's text or the signature before; `hash_after` is of `said`, which
    names it and what this row says, so that the order of signing cannot be changed later.
    """

    class Method(models.TextChoices):
        PLATFORM = "platform", _("平台内确认签署")
        PROVIDER = "provider", _("第三方电子签名")
        PAPER = "paper", _("线下签署后上传")

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="signatures")
    role = models.CharField(_("角色"), max_length=12, choices=Role.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    method = models.CharField(_("方式"), max_length=12, choices=Method.choices)
    at = models.DateTimeField(_("时间"))
    said = models.TextField(_("签署内容"))
    hash_before = models.CharField(max_length=64)
    hash_after = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "role"], name="each_side_signs_a_contract_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.get_role_display()}"


class Acceptance(models.Model):
    """What was measured when the work was taken over (验收): one line for each indicator."""

    deal = models.OneToOneField(Deal, on_delete=models.PROTECT, related_name="acceptance")
    lines = models.JSONField(_("结果"))
    sentence = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    def __str__(self) -> str:
        return str(self.deal)
