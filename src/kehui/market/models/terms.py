"""The domain dictionary: terms and their other names (领域词典)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehui.people.models import Person


class DomainTerm(models.Model):
    """A term of a trade. It works in search and matching from the moment it is saved."""

    term = models.CharField(_("术语"), max_length=40, unique=True)
    synonyms = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("同义说法")
    )
    added_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(_("添加时间"))

    class Meta:
        ordering = ["term"]

    def __str__(self) -> str:
        return self.term
