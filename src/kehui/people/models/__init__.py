"""Persons, organizations, teams, accounts, and the seats that give rights."""

from kehui.people.models.accounts import Account, AccountManager, ApiToken, CallCount, Try
from kehui.people.models.centers import (
    Center,
    Holiday,
    OpeningHours,
    RegionGroup,
    StandardResult,
)
from kehui.people.models.consents import Channel, Consent
from kehui.people.models.library import PolicyDocument, Procedure
from kehui.people.models.organizations import Organization
from kehui.people.models.personal import Detail, PersonalDetails, PersonKey, Unmasking
from kehui.people.models.persons import GONE, Level, Membership, Person, Team
from kehui.people.models.seats import SEPARATED, Seat, SeatQuerySet

__all__ = [
    "GONE",
    "SEPARATED",
    "Account",
    "AccountManager",
    "ApiToken",
    "CallCount",
    "Center",
    "Channel",
    "Consent",
    "Detail",
    "Holiday",
    "Level",
    "Membership",
    "OpeningHours",
    "Organization",
    "Person",
    "PersonKey",
    "PersonalDetails",
    "PolicyDocument",
    "Procedure",
    "RegionGroup",
    "Seat",
    "SeatQuerySet",
    "StandardResult",
    "Team",
    "Try",
    "Unmasking",
]
