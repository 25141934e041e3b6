"""Who may do what, from seats and levels."""

from kehui.people.models import Person


def may_operate(person: Person) -> bool:
    return person.pk is not None
