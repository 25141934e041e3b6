"""Two deals of an organization: one with a contract up for signing, one with a dispute."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from tests.deals.talking import agreed, proposed, signed
from tests.makers import YIBIN, make_person
from tests.matching.pairs import offer_of

from kehui.deals import services
from kehui.deals.models import Deal
from kehui.market.models import Need
from kehui.people.models import Level, Organization, Person


def deals_of(number: int, mark: str) -> dict[str, dict[str, Any]]:
    """Make them about the need; return how to reach them. What its holder writes has the mark."""
    need, at = Need.objects.get(pk=number), timezone.now()
    contract = proposed(agreed(_talking(need, "bridge", mark, at=at), at=at, **_valid(at)), at=at)
    assert need.organization is not None
    firms = Organization.objects.filter(pk=need.organization.pk)
    firms.update(level=Level.V3)
    other = _talking(need, "coating", mark, at=at)
    disputed = signed(agreed(other, at=at, **_valid(at)), at=at)
    dispute = services.open_dispute(
        deal=disputed, person=need.holder, complaint=f"{mark}：型号不一样。", at=at
    )
    firms.update(level=Level.V2)
    Person.objects.filter(pk=need.holder_id).update(level=Level.V2)
    return {"deal": {"pk": contract.deal_id}, "dispute": {"pk": dispute.pk}}


def _valid(at: datetime) -> dict[str, Any]:
    return {"valid_until": at.date().replace(year=at.year + 1)}


def _talking(need: Need, subject: str, mark: str, *, at: datetime) -> Deal:
    offer = offer_of(subject, make_person("对方", region=YIBIN))
    deal = services.express_interest(
        need=need, offer=offer, person=need.holder, message=mark, at=at
    )
    return services.agree_to_talk(deal=deal, person=offer.holder, at=at)
