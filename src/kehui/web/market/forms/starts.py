"""The first page: what it is, and for whom."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from kehui.market.models import NeedKind, OfferKind
from kehui.people import selectors as people
from kehui.people.models import Account, Organization, Person, Team

MYSELF = "person"


class StartForm(forms.Form):
    """Kind, and in whose name: oneself, a team one leads, or an organization one acts for."""

    owner = forms.ChoiceField(label=_("以谁的名义"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("类型"), widget=forms.RadioSelect)

    def __init__(
        self, data: Any, *, account: Account, kinds: type[NeedKind | OfferKind], today: date
    ) -> None:
        super().__init__(data)
        assert account.person is not None  # a member's page  # noqa: S101
        self.owners = _owners(account.person, with_teams=kinds is OfferKind, today=today)
        self._choices("kind").choices = kinds.choices
        self._choices("owner").choices = [
            (key, _("我自己（%(name)s）") % {"name": owner} if key == MYSELF else str(owner))
            for key, owner in self.owners.items()
        ]
        chosen = people.acting_for(account, today=today)
        self.initial["owner"] = f"organization:{chosen.pk}" if chosen else MYSELF

    def _choices(self, name: str) -> forms.ChoiceField:
        return cast("forms.ChoiceField", self.fields[name])

    @property
    def owner_chosen(self) -> Person | Team | Organization:
        return self.owners[self.cleaned_data["owner"]]


def _owners(
    person: Person, *, with_teams: bool, today: date
) -> dict[str, Person | Team | Organization]:
    owners: dict[str, Person | Team | Organization] = {MYSELF: person}
    for organization in people.organizations_of(person, today=today):
        owners[f"organization:{organization.pk}"] = organization
    if with_teams:
        for team in people.teams_of(person).filter(lead=person):
            owners[f"team:{team.pk}"] = team
    return owners
