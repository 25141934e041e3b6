"""A deal and the browsers of its two sides."""

from datetime import timedelta
from html import unescape
from typing import Any, Final

from django.test import Client
from django.utils import timezone
from tests.deals.talking import buyer_of, quoted, seller_of, talking
from tests.web.entering import enter

from kehui.deals.models import Deal, Quote
from kehui.people.models import Person

WORDS: Final = "双方约定的型号和到货的型号不一样。"


class Side:
    """The browser of somebody in a deal."""

    def __init__(self, deal: Deal, person: Person) -> None:
        self.deal, self.person, self.client = deal, person, Client()
        enter(self.client, person)

    def path(self, name: str = "") -> str:
        return f"/deals/{self.deal.pk}/{name}/" if name else f"/deals/{self.deal.pk}/"

    def page(self, name: str = "") -> str:
        answer = self.client.get(self.path(name))
        assert answer.status_code == 200
        return unescape(answer.content.decode())

    def does(self, name: str, **typed: Any) -> None:
        """Do it, as a browser does: look at the page, press the button, come back to the room."""
        self.page(name)
        answer = self.client.post(self.path(name), typed)
        assert answer.status_code == 302, unescape(answer.content.decode())
        assert answer.headers["Location"] == self.path()

    def is_refused(self, name: str, **typed: Any) -> str:
        answer = self.client.post(self.path(name), typed)
        assert answer.status_code == 422
        return unescape(answer.content.decode())


def sides(deal: Deal) -> tuple[Side, Side]:
    """Return the browsers of the buyer and of the seller."""
    return Side(deal, buyer_of(deal)), Side(deal, seller_of(deal))


def quoted_today() -> Quote:
    """Return a quote that can be answered now."""
    deal = talking(at=timezone.now())
    until = timezone.localdate() + timedelta(days=30)
    return quoted(deal, at=timezone.now(), valid_until=until)


def contract_form(**changed: Any) -> dict[str, Any]:
    """Return what is typed into the page of a contract: one milestone, two payments."""
    form = {
        "kind": "development",
        "subject": "成套工艺的设计、供货、安装和调试。",
        "amount_total": "80 万元",
        "amount_technical": "30 万元",
        "ownership": "改进成果归双方共有。",
        "acceptance": "第三方检测",
        "acceptance_days": "15",
        "step-rows": "2",
        "step-0-name": "到货安装",
        "step-0-criterion": "设备就位通电",
        "step-0-due_on": "2027-05-15",
        "part-rows": "2",
        "part-0-amount": "30 万元",
        "part-0-due_on": "2027-03-20",
        "part-1-amount": "50 万元",
        "part-1-step": "1",
        "part-1-due_on": "2027-05-30",
    }
    return form | changed
