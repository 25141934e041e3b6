"""Numbers that are sealed with a key of their person, and who had them shown."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.core.vault.fields import BlindIndexField, SealedField
from kehui.people.models.persons import Person


class Detail(models.TextChoices):
    """The sealed columns of PersonalDetails, by name."""

    PHONE = "phone", _("手机号")
    EMAIL = "email", _("邮箱")
    IDENTITY_NUMBER = "identity_number", _("身份证号")
    BANK_CARD = "bank_card", _("银行卡号")


CONTACTS = (Detail.PHONE.value, Detail.EMAIL.value)  # a code can be sent there


class PersonKey(models.Model):
    """The key that seals a person's values, wrapped by a master key (个人数据密钥).

    In a table of its own: without this row, whatever else remains of the values stays shut.
    """

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, primary_key=True, related_name="key"
    )
    master = models.CharField(_("主密钥"), max_length=64)
    profile = models.CharField(_("密码算法"), max_length=10)
    wrapped = models.BinaryField(max_length=1024)
    made_at = models.DateTimeField(_("生成时间"))

    def __str__(self) -> str:
        return f"{self.person_id} · {self.master}"


class PersonalDetails(models.Model):
    """A person's sealed numbers, each with the code by which it is found (个人敏感信息)."""

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, primary_key=True, related_name="details"
    )
    phone = SealedField(_("手机号"), null=True)
    phone_code = BlindIndexField()
    phone_confirmed_at = models.DateTimeField(_("手机号确认时间"), null=True, blank=True)
    email = SealedField(_("邮箱"), null=True)
    email_code = BlindIndexField()
    email_confirmed_at = models.DateTimeField(_("邮箱确认时间"), null=True, blank=True)
    identity_number = SealedField(_("身份证号"), null=True)
    identity_number_code = BlindIndexField()
    bank_card = SealedField(_("银行卡号"), null=True)
    bank_card_code = BlindIndexField()
    changed_at = models.DateTimeField(_("更改时间"))

    class Meta:
        indexes = [
            models.Index(fields=["phone_code"], name="details_by_phone"),
            models.Index(fields=["email_code"], name="details_by_email"),
            models.Index(fields=["identity_number_code"], name="details_by_identity_number"),
            models.Index(fields=["bank_card_code"], name="details_by_bank_card"),
        ]
        constraints = (
            *(
                models.CheckConstraint(
                    condition=Q(**{each: None, f"{each}_code": None})
                    | Q(**{f"{each}__isnull": False, f"{each}_code__isnull": False}),
                    name=f"a_sealed_{each}_has_a_code",
                )
                for each in Detail.values
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{each}_confirmed_at": None}) | Q(**{f"{each}__isnull": False}),
                    name=f"no_confirmed_{each}_without_one",
                )
                for each in CONTACTS
            ),
        )

    def __str__(self) -> str:
        return str(self.person_id)


class Unmasking(models.Model):
    """Somebody had a number shown in full, and said why (查看敏感信息)."""

    class Reason(models.TextChoices):
        IDENTITY = "identity", _("核验身份")
        CONTACT = "contact", _("联系本人办事")
        DUPLICATE = "duplicate", _("核对重复登记")
        COMPLAINT = "complaint", _("处理投诉")
        DUTY = "duty", _("法定职责")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="unmaskings")
    detail = models.CharField(_("内容"), max_length=20, choices=Detail.choices)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="unmaskings_done")
    reason = models.CharField(_("原因"), max_length=20, choices=Reason.choices)
    note = models.CharField(_("说明"), max_length=120)
    at = models.DateTimeField(_("时间"))

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at"], name="unmaskings_of_a_person"),
            models.Index(fields=["by", "-at"], name="unmaskings_by_a_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="an_unmasking_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} → {self.person_id} · {self.detail}"
