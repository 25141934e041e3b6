"""Which rows the eraser deletes or empties, table by table."""

from typing import Final

from django.db.models import Q

from kehui.market.models import Item
from kehui.people.models import Membership, Person, Team

# Emptied by whoever keeps them, so that what is derived from them follows: by the readers of the
# ledger, by `market.services.leaving`, by `ledger.services.forget_reason`.
KEPT_BY_OTHERS: Final = frozenset({"matching.Profile", "market.NamingEdition", "ledger.Access"})


def own_items(person: Person) -> list[int]:
    """Return the items whose text is the person's: those of no organization."""
    own = Item.objects.filter(holder=person, organization=None)
    return list(own.order_by("pk").values_list("pk", flat=True))


def rows_of(person: Person, items: list[int]) -> dict[str, Q]:
    """Return, for each model, which rows are the person's to be forgotten; `items` as own_items.

    A team counts as long as nobody else has ever been in it.
    """
    shared = Membership.objects.exclude(person=person).values("team")
    alone = Team.objects.filter(lead=person).exclude(pk__in=shared).values("pk")
    of_an_item, of_a_hook = Q(item__in=items), Q(hook__person=person)
    return {
        "ledger.Receipt": Q(person=person.pk),
        "people.Person": Q(pk=person.pk),
        "people.MergeLog": Q(survivor_person=person) | Q(absorbed_person=person),
        "people.PersonKey": Q(person=person),
        "people.PersonalDetails": Q(person=person),
        "people.Unmasking": Q(person=person),
        "people.Account": Q(person=person),
        "people.Account_groups": Q(account__person=person),
        "people.Account_user_permissions": Q(account__person=person),
        "people.ApiToken": Q(person=person),
        "account.EmailAddress": Q(user__person=person),
        "mfa.Authenticator": Q(user__person=person),
        "usersessions.UserSession": Q(user__person=person),
        "people.DeviceKey": Q(session__user__person=person),
        "people.Membership": Q(person=person),
        "people.Team": Q(pk__in=alone),
        "notices.Notice": Q(person=person),
        "operations.Complaint": Q(by=person),
        "operations.SiteChange": Q(by=person),
        "market.Item": Q(pk__in=items),
        "market.Need": of_an_item,
        "market.Indicator": Q(need__in=items),
        "market.Offer": of_an_item,
        "market.Achievement": Q(offer__in=items),
        "market.Attachment": of_an_item,
        "market.Review": of_an_item,
        "market.ImportRun": Q(by=person),
        "market.ImportRow": Q(run__by=person) | of_an_item,
        "market.Studio": Q(person=person),
        "market.SavedSearch": Q(person=person),
        "matching.Embedding": of_an_item,
        "matching.Suggestion": Q(need__in=items) | Q(offer__in=items),
        "matching.Feedback": Q(by=person),
        "matching.Interest": Q(by=person),
        "matching.Showing": Q(person=person),
        "hooks.Hook": Q(person=person),
        "hooks.Delivery": of_a_hook,
        "hooks.Attempt": Q(delivery__hook__person=person),
    }
