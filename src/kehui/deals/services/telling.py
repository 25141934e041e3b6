"""Notices to the parties of a deal."""

from collections.abc import Collection
from datetime import datetime

from kehui.deals.models import Deal
from kehui.notices.models import Notice
from kehui.notices.services import Message, send_many
from kehui.people.models import Person


def tell_parties(
    deal: Deal,
    roles: Collection[str],
    title: str,
    body: str = "",
    *,
    key: str,
    by: Person | None,
    at: datetime,
) -> None:
    """Put a notice into the inbox of the parties with these roles, but not of who acts."""
    send_many(
        (
            Message(
                person=each.person_id,
                reason=Notice.Reason.DEAL,
                title=title,
                body=body,
                link=f"/deals/{deal.pk}/",
                key=f"{key}:{each.person_id}",
            )
            for each in deal.parties.all()
            if each.role in roles and (by is None or each.person_id != by.pk)
        ),
        at=at,
    )
