"""Persons, organizations, teams, accounts, and the seats that give rights."""

from kehui.people.models.accounts import Account, AccountManager, ApiToken, CallCount, Try
from kehui.people.models.centers import (
    Center,
    Holiday,
    OpeningHours,
    RegionGroup,
    StandardResult,
)
from kehui.people.models.codes import MOST_TRIES, Code
from kehui.people.models.consents import Channel, Consent
from kehui.people.models.devices import DeviceKey
from kehui.people.models.library import PolicyDocument, Procedure
from kehui.people.models.merges import MergeLog
from kehui.people.models.organizations import Organization
from kehui.people.models.personal import CONTACTS, Detail, PersonalDetails, PersonKey, Unmasking
from kehui.people.models.persons import GONE, Level, Membership, Person, Team
from kehui.people.models.seats import SEPARATED, Seat, SeatQuerySet

__all__ = [
    "CONTACTS",
    "GONE",
    "MOST_TRIES",
    "SEPARATED",
    "Account",
    "AccountManager",
    "ApiToken",
    "CallCount",
    "Center",
    "Channel",
    "Code",
    "Consent",
    "Detail",
    "DeviceKey",
    "Holiday",
    "Level",
    "Membership",
    "MergeLog",
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
