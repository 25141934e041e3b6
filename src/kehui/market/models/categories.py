"""Categories of items: two levels, and the labels one may choose in each (类别与标签)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """A row of the category list. The first level names the kinds it is for."""

    code = models.CharField(_("代码"), max_length=8, primary_key=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField(_("名称"), max_length=30)
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    labels = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
