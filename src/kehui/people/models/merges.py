"""Two entries that were found to be one person, or one organization."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kehui.people.models.organizations import Organization
from kehui.people.models.persons import Person

_PERSONS = Q(survivor_person__isnull=False, absorbed_person__isnull=False)
_ORGANIZATIONS = Q(survivor_organization__isnull=False, absorbed_organization__isnull=False)
_NO_PERSONS = Q(survivor_person=None, absorbed_person=None)
_NO_ORGANIZATIONS = Q(survivor_organization=None, absorbed_organization=None)
_STANDS = Q(merged_at__isnull=False, undone_at=None)


class MergeLog(models.Model):
    """A merge that is asked for, done, undone, or ruled out; and all that it moved (合并记录).

    History, as the ledger is: its columns go on naming the two as they were, whatever is merged
    later. `moved` has a row [model, column, key, before, after] for each value that was changed,
    `left` a row [model, column, key, constraint] for each that had no room with the survivor.
    """

    survivor_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("保留的人员")
    )
    absorbed_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("并入的人员")
    )
    survivor_organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("保留的单位"),
    )
    absorbed_organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("并入的单位"),
    )
    reason = models.CharField(_("理由"), max_length=120)
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办")
    )
    asked_at = models.DateTimeField(_("提出时间"))
    second = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("复核")
    )
    merged_at = models.DateTimeField(_("合并时间"), null=True)
    apart_at = models.DateTimeField(_("确认不是同一个的时间"), null=True)
    undone_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("撤销人")
    )
    undone_at = models.DateTimeField(_("撤销时间"), null=True)
    moved = models.JSONField(_("改动的行"), default=list)
    left = models.JSONField(_("留在原处的行"), default=list)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["-asked_at"], name="merges_latest_first"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=(_PERSONS & _NO_ORGANIZATIONS) | (_ORGANIZATIONS & _NO_PERSONS),
                name="a_merge_is_of_two_persons_or_two_organizations",
            ),
            models.CheckConstraint(
                condition=_NO_PERSONS | ~Q(survivor_person=F("absorbed_person")),
                name="nobody_is_merged_with_oneself",
            ),
            models.CheckConstraint(
                condition=_NO_ORGANIZATIONS | ~Q(survivor_organization=F("absorbed_organization")),
                name="no_organization_is_merged_with_itself",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_merge_says_why"),
            models.CheckConstraint(
                condition=Q(second=None) | ~Q(second=F("by")), name="a_second_is_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(apart_at=None) | Q(merged_at=None),
                name="what_is_kept_apart_is_not_merged",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False, merged_at__isnull=False),
                name="only_a_merge_is_undone_and_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["absorbed_person"],
                condition=_STANDS,
                name="a_person_is_absorbed_once",
            ),
            models.UniqueConstraint(
                fields=["absorbed_organization"],
                condition=_STANDS,
                name="an_organization_is_absorbed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed} → {self.survivor}"

    @property
    def survivor(self) -> Person | Organization | None:
        return self.survivor_person or self.survivor_organization

    @property
    def absorbed(self) -> Person | Organization | None:
        return self.absorbed_person or self.absorbed_organization

    @property
    def waits(self) -> bool:
        return self.merged_at is None and self.apart_at is None

    @property
    def stands(self) -> bool:
        return self.merged_at is not None and self.undone_at is None
