"""Persons, organizations, teams, accounts, and the seats that give rights."""

from kehui.people.models.accounts import Account, AccountManager, ApiToken, CallCount, Try
from kehui.people.models.organizations import Organization
from kehui.people.models.personal import Detail, PersonalDetails, PersonKey, Unmasking
from kehui.people.models.persons import Level, Membership, Person, Team
from kehui.people.models.seats import Seat, SeatQuerySet

__all__ = [
    "Account",
    "AccountManager",
    "ApiToken",
    "CallCount",
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
