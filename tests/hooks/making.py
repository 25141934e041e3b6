"""Hooks of a person with an account, and of an organization with an agent."""

from datetime import datetime
from typing import Any

from tests.hooks.receiving import SECRET, URL
from tests.makers import NOW, make_account, make_person

from kehui.hooks.models import Delivery, Hook
from kehui.hooks.services import make_hook, ping
from kehui.people.models import Organization, Person


def member() -> Person:
    person = make_account(person=make_person()).person
    assert person is not None
    return person


def hook_of(
    person: Person, organization: Organization | None = None, at: datetime = NOW, **changed: Any
) -> Hook:
    values: dict[str, Any] = {
        "name": "业务系统",
        "url": URL,
        "kinds": ["item.published", "item.withdrawn"],
        "secret": SECRET,
    }
    values |= changed
    return make_hook(person=person, organization=organization, at=at, **values)


def waiting(hook: Hook, at: datetime = NOW) -> Delivery:
    """Return a message that is tried as often as any other: a ping by another name."""
    owner = hook.person
    assert owner is not None
    made = ping(hook=hook, person=owner, at=at)
    made.kind = "item.published"
    made.save()
    return made
