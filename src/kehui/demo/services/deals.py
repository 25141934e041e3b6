"""Deals of the invented province: some in every state, made by the services of the app itself.

Those who can sign in have them first. Nothing happens where there are deals already.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from django.db import transaction
from django.db.models import F

from kehui.deals import services
from kehui.deals.models import Contract, Deal, DeclineReason
from kehui.deals.services.contracts import Part, Step, Terms
from kehui.deals.services.quotes import Price
from kehui.market.models import Need, Offer, State
from kehui.matching.models import Suggestion
from kehui.people.models import Level, Organization, Person

ROUNDS: Final = 2  # so many deals of each
AGO: Final = timedelta(days=45)
FORGOTTEN: Final = timedelta(days=150)
LEAST_FEN: Final = 12_000_000
ENOUGH: Final = 400  # suggestions looked at for pairs that fit
KINDS: Final = {
    "service": "service", "achievement": "license", "expert": "consulting", "instrument": "service",
}  # fmt: skip


class Story:
    """One deal, told step by step, two days apart."""

    def __init__(self, need: Need, offer: Offer, *, began: datetime) -> None:
        self.need, self.at = need, began
        self.buyer, self.seller = need.holder, offer.holder
        fen = max(need.budget_low_fen or 0, LEAST_FEN)
        self.total = fen // 1_000_000 * 1_000_000
        self.deal = services.express_interest(
            need=need, offer=offer, person=self.buyer, message="看了资料，想先谈谈。", at=self.at
        )

    def later(self) -> datetime:
        self.at += timedelta(days=2)
        return self.at

    def talk(self) -> None:
        services.agree_to_talk(
            deal=self.deal, person=self.seller, sentence="可以，先看现场。", at=self.later()
        )
        wanted = f"{self.need.title}：成套报价，写明工期、质保和培训。"
        services.request_quote(deal=self.deal, person=self.buyer, wanted=wanted, at=self.later())

    def quote(self) -> None:
        price = Price(
            content="设计、供货、安装调试和操作培训，质保一年。",
            amount_total_fen=self.total,
            amount_technical_fen=self.total * 6 // 10,
            days=90,
            valid_until=(self.at + 3 * AGO).date(),
        )
        services.stage_quote(deal=self.deal, person=self.seller, price=price, at=self.later())
        services.send_quote(deal=self.deal, person=self.seller, at=self.later())

    def agree(self) -> None:
        quote = self.deal.quotes.get(state="sent")
        services.accept_quote(quote=quote, person=self.buyer, at=self.later())

    def propose(self) -> Contract:
        day = self.at.date()
        terms = Terms(
            kind=KINDS.get(self.need.kind, "development"),
            subject=f"{self.need.title}：设计、供货、安装调试和操作培训。",
            amount_total_fen=self.total,
            amount_technical_fen=self.total * 6 // 10,
            ownership="改进成果归双方共有，原有技术归各自所有。",
            acceptance="连续运行 15 天，按双方约定的指标实测",
            acceptance_days=15,
            steps=[
                Step(name="到货安装", criterion="设备就位通电", due_on=day + timedelta(days=30)),
                Step(name="调试达标", criterion="连续运行 15 天", due_on=day + timedelta(days=75)),
            ],
            parts=[
                Part(amount_fen=self.total * 3 // 10, due_on=day + timedelta(days=10)),
                Part(
                    amount_fen=self.total - self.total * 3 // 10,
                    due_on=day + timedelta(days=90),
                    step=2,
                ),
            ],
        )
        services.draft_contract(deal=self.deal, person=self.seller, terms=terms, at=self.later())
        return services.propose_contract(deal=self.deal, person=self.seller, at=self.later())

    def sign(self) -> None:
        seen = self.propose().text_hash
        for person in (self.seller, self.buyer):
            services.sign_contract(deal=self.deal, person=person, seen_hash=seen, at=self.later())

    def start(self) -> None:
        services.start_work(deal=self.deal, person=self.seller, at=self.later())
        services.tell_payment(
            deal=self.deal, person=self.buyer, position=1, proof="示例 0001", at=self.later()
        )
        self._report(1)

    def deliver(self) -> None:
        self._pass(1)
        self._report(2)
        self._pass(2)
        services.deliver(
            deal=self.deal, person=self.seller, sentence="设备、图纸和操作手册", at=self.later()
        )

    def accept(self) -> None:
        results = {
            each.name: (each.target_text.strip("≥≤= "), True) for each in self.need.indicators.all()
        }
        services.accept_delivery(
            deal=self.deal, person=self.buyer, results=results, sentence="验收合格", at=self.later()
        )

    def settle(self) -> None:
        for position in (1, 2):
            services.confirm_payment(
                deal=self.deal, person=self.seller, position=position, at=self.later()
            )
        services.settle(deal=self.deal, person=self.buyer, at=self.later())

    def close(self) -> None:
        services.close_deal(deal=self.deal, person=self.buyer, at=self.later())

    def decline(self) -> None:
        services.decline_deal(
            deal=self.deal, person=self.seller, reason=DeclineReason.CAPACITY, at=self.later()
        )

    def rescind(self) -> None:
        terms = "双方停止履行，已付款项退回，资料各自封存。"
        services.propose_rescission(deal=self.deal, person=self.buyer, terms=terms, at=self.later())
        services.answer_rescission(deal=self.deal, person=self.seller, agrees=True, at=self.later())

    def dispute(self) -> None:
        services.open_dispute(
            deal=self.deal, person=self.buyer, complaint="到货的型号和合同写的不一样。",
            at=self.later(),
        )  # fmt: skip
        for person, words in (
            (self.buyer, "合同写明了型号，到货的是上一代，能耗高一成。"),
            (self.seller, "原型号停产，换型在电话里说过，性能不低于约定。"),
        ):
            services.state_view(deal=self.deal, person=person, words=words, at=self.later())

    def _report(self, position: int) -> None:
        services.report_milestone(
            deal=self.deal, person=self.seller, position=position, evidence="已完成，附照片和记录",
            at=self.later(),
        )  # fmt: skip

    def _pass(self, position: int) -> None:
        services.pass_milestone(
            deal=self.deal, person=self.buyer, position=position, at=self.later()
        )


Chapter = Callable[[Story], object]
QUOTED: Final[tuple[Chapter, ...]] = (Story.talk, Story.quote)
WORKING: Final[tuple[Chapter, ...]] = (*QUOTED, Story.agree, Story.sign, Story.start)
ACCEPTED: Final[tuple[Chapter, ...]] = (*WORKING, Story.deliver, Story.accept)
# How far each deal comes, by the state in which it is left
STORIES: Final[tuple[tuple[Chapter, ...], ...]] = (
    QUOTED,
    (*WORKING, Story.deliver),
    (*QUOTED, Story.agree, Story.propose),
    WORKING,
    (*ACCEPTED, Story.settle, Story.close),
    (*QUOTED, Story.agree, Story.sign),
    ACCEPTED,
    (*WORKING, Story.dispute),
    (),
    (*ACCEPTED, Story.settle),
    (Story.decline,),
    (*WORKING, Story.rescind),
    (Story.talk,),
)


def build_deals(*, at: datetime, progress: Callable[[str, int, int], None]) -> int:
    """Make deals in every state from what was matched; return how many."""
    if Deal.objects.exists():
        return 0
    pairs = list(islice(_pairs(), len(STORIES) * ROUNDS + 1))
    for number, (need, offer) in enumerate(pairs):
        with transaction.atomic():
            if number == len(pairs) - 1:  # the last is the one that nobody spoke of any more
                Story(need, offer, began=at - FORGOTTEN)
                continue
            chapters = STORIES[number % len(STORIES)]
            story = Story(need, offer, began=at - (AGO if chapters else timedelta(days=2)))
            for chapter in chapters:
                chapter(story)
        progress("对接", number + 1, len(pairs))
    services.end_overdue(at=at)
    return len(pairs)


def _pairs() -> Iterator[tuple[Need, Offer]]:
    """Give pairs of strangers that were matched, those who can sign in first; affirm both sides."""
    open_ones = Suggestion.objects.filter(need__state=State.PUBLISHED, offer__state=State.PUBLISHED)
    order = open_ones.order_by(
        F("need__holder__account").asc(nulls_last=True),
        F("offer__holder__account").asc(nulls_last=True),
        "-order",
        "pk",
    )
    taken: set[int] = set()
    for each in order.select_related("need__holder", "offer__holder")[:ENOUGH]:
        need, offer = each.need, each.offer
        is_own = need.holder_id == offer.holder_id or (
            need.organization_id is not None and need.organization_id == offer.organization_id
        )
        if is_own or offer.pk in taken:
            continue
        taken.add(offer.pk)
        people = [need.holder_id, offer.holder_id]
        Person.objects.filter(pk__in=people, level__lt=Level.V3).update(level=Level.V3)
        firms = [each for each in (need.organization_id, offer.organization_id) if each]
        Organization.objects.filter(pk__in=firms, level__lt=Level.V3).update(level=Level.V3)
        need.holder.refresh_from_db()
        offer.holder.refresh_from_db()
        yield need, offer
