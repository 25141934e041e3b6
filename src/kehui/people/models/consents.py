"""What a person agreed to, in which words, and when they took it back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.people.models.persons import Person


class Channel(models.TextChoices):
    """Where the person said so."""

    SIGN_UP = "sign_up", _("注册")
    SETTINGS = "settings", _("个人设置")
    LEAVING = "leaving", _("注销")


class Consent(models.Model):
    """A receipt: this person agreed to these words, or refused them (授权回执).

    Never rewritten: who agrees again gets a new one. `given_at` is empty where somebody refused
    what is done unless one refuses. The words are in `people/data/consents.toml`.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(_("用途"), max_length=20)
    edition = models.PositiveSmallIntegerField(_("文本版本"))
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices)
    given_at = models.DateTimeField(_("同意时间"), null=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "purpose", "-id"], name="consents_of_a_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at=None),
                name="one_standing_consent_per_purpose",
            ),
            models.CheckConstraint(
                condition=Q(given_at__isnull=False) | Q(withdrawn_at__isnull=False),
                name="a_receipt_says_yes_or_no",
            ),
            models.CheckConstraint(
                condition=Q(given_at=None)
                | Q(withdrawn_at=None)
                | Q(withdrawn_at__gte=F("given_at")),
                name="a_consent_is_withdrawn_after_it_is_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.purpose}"
