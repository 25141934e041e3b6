"""What every page knows: the operator's own words, the reader's mode and inbox."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import now

from kehui.core import operator, regions
from kehui.notices import selectors as notices
from kehui.web.people import proofs


@dataclass(frozen=True, kw_only=True)
class Site:
    """The operator's words; an empty one is not shown."""

    brand: str
    tagline: str
    region_name: str
    operator: str
    supporter: str
    hotline: str
    hotline_hours: str
    icp: str
    police_record: str
    site_code: str
    map_review_no: str


def site(request: HttpRequest) -> dict[str, Any]:
    words = operator.words()
    person = getattr(request.user, "person_id", None)
    return {
        "device": proofs.mark(request),
        "SITE": Site(
            region_name=regions.name_of(settings.REGION),
            **{name: words[name] for name in words if name != "policy_profile"},
        ),
        "elder": getattr(request, "elder", False),
        "inbox_unread": notices.unread_count(person, now=now()) if person else 0,
    }
