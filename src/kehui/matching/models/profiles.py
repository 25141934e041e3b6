"""What persons are known for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.people.models import Person


class Profile(models.Model):
    """What a person is known for, as the index reads it (人才画像): no name, no contact.

    Derived from the person, the studio and the published offers; rewritten when one of them
    changes. A person whose studio is not open has a row without words, or none.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="profile"
    )
    title = models.TextField(_("擅长"), blank=True)
    body = models.TextField(_("说明"), blank=True)
    region = models.ForeignKey(
        "core.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("所在地")
    )
    trl = models.PositiveSmallIntegerField(_("成熟度"), null=True, blank=True)
    is_open = models.BooleanField(_("对外可见"))
    # Grows with every change of any profile, in the order of commits: one reader writes them all
    edition = models.BigIntegerField(_("版次"), unique=True)
    encoder = models.CharField(_("编码器"), max_length=80, blank=True)
    vector = models.BinaryField(_("向量"), blank=True, default=b"")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_open=True) | Q(title="", body="", vector=b""),
                name="what_is_not_open_says_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.edition}"
