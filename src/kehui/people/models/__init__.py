"""Persons, organizations, teams, accounts, and the seats that give rights."""

from kehui.people.models.accounts import Account, AccountManager, ApiToken, CallCount, Try
from kehui.people.models.consents import Channel, Consent
from kehui.people.models.devices import DeviceKey
from kehui.people.models.organizations import Organization
from kehui.people.models.personal import Detail, PersonalDetails, PersonKey, Unmasking
from kehui.people.models.persons import GONE, Level, Membership, Person, Team
from kehui.people.models.seats import Seat, SeatQuerySet

__all__ = [
    "GONE",
    "Account",
    "AccountManager",
    "ApiToken",
    "CallCount",
    "Channel",
    "Consent",
    "Detail",
    "DeviceKey",
    "Level",
    "Membership",
    "Organization",
    "Person",
    "PersonKey",
    "PersonalDetails",
    "Seat",
    "SeatQuerySet",
    "Team",
    "Try",
    "Unmasking",
]
