"""Write and hand in with one request: all of it, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.market import services
from kehui.market.models import Need, Offer
from kehui.market.services.drafts import MayNotActFor
from kehui.market.services.publishing import CapReached, VerifyFirst
from kehui.people import selectors as people
from kehui.people.models import Organization, Person, Team


class VerifyBeforePublishing(VerifyFirst):
    """As for the pages, which keep a draft; one request keeps none."""

    message = _("发布前要先核验身份：网页“我的”里看怎样核验。这次请求什么也没有存。")
    message_en = "Verify your identity before publishing: see “Me”. Nothing of this was stored."


class DailyCapReached(CapReached):
    message = _("今天已发 {count} 条，到上限了。请明天再提交；这次请求什么也没有存。")
    message_en = "You have posted {count} items today, the limit. Nothing of this was stored."


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Say truly what is left after a refusal that elsewhere leaves a draft."""
    try:
        yield
    except VerifyFirst as refusal:
        raise VerifyBeforePublishing from refusal
    except CapReached as refusal:
        raise DailyCapReached(count=refusal.params["count"]) from refusal


def organization_called(uid: str | None, person: Person, *, at: datetime) -> Organization | None:
    """Return the organization that the person acts for; without a uid, none.

    Raises:
        MayNotActFor: no seat there, or no such organization: which of them, we do not say.
    """
    if not uid:
        return None
    ours = people.organizations_of(person, today=dates.day_of(at))
    for organization in ours:
        if str(organization.uid) == uid.lower():
            return organization
    raise MayNotActFor


def team_called(uid: str, person: Person) -> Team:
    """Return the person's team.

    Raises:
        MayNotActFor: the person has no place there, or there is no such team.
    """
    for team in people.teams_of(person):
        if str(team.uid) == uid.lower():
            return team
    raise MayNotActFor


def hand_in(item: Need | Offer, person: Person, *, at: datetime) -> None:
    """Hand the draft in, and let the item given stand as it stands now."""
    with nothing_kept():
        services.submit_item(item=item, person=person, at=at)
    item.refresh_from_db()
