"""Persons, organizations, teams, accounts, and the seats that give rights."""

from kehui.people.models.accounts import Account, AccountManager, ApiToken, CallCount, Try
from kehui.people.models.codes import MOST_TRIES, Code
from kehui.people.models.consents import Channel, Consent
from kehui.people.models.organizations import Organization
from kehui.people.models.personal import CONTACTS, Detail, PersonalDetails, PersonKey, Unmasking
from kehui.people.models.persons import GONE, Level, Membership, Person, Team
from kehui.people.models.seats import Seat, SeatQuerySet

__all__ = [
    "CONTACTS",
    "GONE",
    "MOST_TRIES",
    "Account",
    "AccountManager",
    "ApiToken",
    "CallCount",
    "Channel",
    "Code",
    "Consent",
    "Detail",
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
