"""What stands against forgetting a person, and what to do about it first."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kehui.deals.selectors import engagements
from kehui.people import selectors as people
from kehui.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """A sentence that says what is in the way and what removes it; `organization` has the page."""

    sentence: str
    organization: int | None = None


def obstacles(person: Person, *, today: date) -> list[Obstacle]:
    """Return what has to be settled before the person can be forgotten."""
    found = [
        Obstacle(
            sentence=_(
                "你是“{name}”唯一的经办人。请先在单位页为同事开通席位，由同事接手；没有人接手的，在那里退出席位。"
            ).format(name=each.name),
            organization=each.pk,
        )
        for each in people.organizations_of(person, today=today)
        if not people.agents_of(each, today=today).exclude(person=person).exists()
    ]
    found += [
        Obstacle(
            sentence=_(
                "你还有一份没有完成的合同：“{title}”。请先做完并付清，或与对方协商解除。"
            ).format(title=each.title)
        )
        for each in engagements.of(person).order_by("pk")
    ]
    operators = people.operators(today=today)
    if operators.filter(pk=person.pk).exists() and operators.count() == 1:
        found.append(Obstacle(sentence=_("你是平台唯一的运营人员。请先把运营席位交给另一个人。")))
    return found
