"""A person with distinctive words in every field that holds personal data, through the services."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tests.makers import CHENGDU, NOW, make_operator, make_person, make_reviewer
from tests.market.paper import PDF
from tests.market.writing import (
    NEED,
    OFFER,
    begin_need,
    indicator,
    publish_need,
    publish_offer,
)

from kehui.deals import services as deals
from kehui.deals.models import Deal
from kehui.deals.services.contracts import Part, Step, Terms
from kehui.deals.services.quotes import Price
from kehui.ledger import services as ledger
from kehui.ledger.models import Response
from kehui.market import services as market
from kehui.market.models import (
    CRITERIA,
    ImportRow,
    ImportRun,
    Item,
    NamingEdition,
    Need,
    Offer,
    OfferKind,
    Side,
    Studio,
)
from kehui.market.services import searches
from kehui.matching import services as matching
from kehui.matching.models import Suggestion
from kehui.matching.models.feedback import Reason
from kehui.notices import services as notices
from kehui.notices.models import Notice
from kehui.people import services
from kehui.people.models import ApiToken, Detail, Person, Unmasking

USERNAME = "leaver-9071"
PASSWORD = "never the same words twice"
PHONE, CARD, IDENTITY = "13987654321", "6222021234567890128", "11010519491231002X"
NAME, TITLE, MAIL = "龘靐齉", "厵滟爨高工", "leaver-mail@example.cn"
RARE = "爩麤龗灪龖癵驫麣纞虋讟钃鸜麷鞻韽鸙灥龞籲"  # in no other text here
LATER = NOW + timedelta(days=1)


@dataclass
class Seeded:
    """Who was seeded, and the words that must go."""

    person: Person
    words: list[str] = field(default_factory=list)

    def word(self, lead: str = "") -> str:
        """Return a text with a core that nobody else writes, and remember the core."""
        number = len(self.words)
        core = f"{RARE[number % len(RARE)]}第{number}处{RARE[number // len(RARE)]}"
        self.words.append(core)
        return lead + core

    def texts(self, names: str) -> dict[str, Any]:
        return {name: self.word() for name in names.split()}


def guises(word: str) -> Iterator[bytes]:
    """Write the word as it might slip through: reversed, full-width, base64, hex, escaped."""
    yield word.encode()
    yield word[::-1].encode()
    yield "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word).encode()
    yield word.encode().hex().encode()
    yield word.encode("ascii", "backslashreplace")
    for start in range(3):  # base64 depends on where in its text the word begins
        whole = base64.b64encode(b"\x00" * start + word.encode())
        yield whole[4 if start else 0 : len(whole) // 4 * 4 - 4]


def found_in(haystack: bytes, words: list[str]) -> list[str]:
    return [word for word in words if any(guise in haystack for guise in guises(word))]


def seed() -> Seeded:
    """Let somebody write into everything, and others answer."""
    account = services.sign_up(
        username=USERNAME,
        password=PASSWORD,
        name=NAME,
        title=TITLE,
        region=CHENGDU,
        is_sci_tech_worker=True,
        at=NOW,
    )
    assert account.person is not None
    made = Seeded(account.person, [USERNAME, NAME, TITLE, PHONE, CARD, IDENTITY, MAIL])
    services.identify_person(person=made.person, by=make_operator(), at=NOW)
    made.person.refresh_from_db()
    _numbers(made)
    _besides(made)
    need, offer = _need(made), _offer(made)
    _studio_and_drafts(made)
    _answers(made, need, offer)
    _repeated(made, need)
    return made


def _numbers(made: Seeded) -> None:
    person = made.person
    services.give_phone(person=person, phone=PHONE, at=NOW)
    services.give_identity_number(person=person, number=IDENTITY, at=NOW)
    services.give_bank_card(person=person, number=CARD, at=NOW)
    services.unmask(
        person=Person.objects.get(pk=person.pk),
        detail=Detail.PHONE,
        by=make_operator(),
        reason=Unmasking.Reason.CONTACT,
        note=made.word("打电话给"),
        at=NOW,
    )


def _besides(made: Seeded) -> None:
    person = made.person
    services.found_team(name=made.word("攻关队"), lead=person, host=None, at=NOW)
    scopes = [ApiToken.Scope.READ]
    services.issue_token(
        person=person, name=made.word("程序"), scopes=scopes, secret="k" * 43, at=NOW
    )
    searches.save_search(
        person=person,
        side=Side.OFFER,
        name=made.word("搜索"),
        query=made.word("词"),
        filters={},
        at=NOW,
    )
    answer = Response(status=201, body={"name": made.word("凭据")})
    ledger.once(
        key="k1", door="api", person=person.pk, request=b"{}", at=NOW, action=lambda: answer
    )
    ledger.log_access(
        actor=make_operator().pk,
        thing="person",
        number=person.pk,
        fields=["phone"],
        reason=made.word("查看"),
        salt=b"0123456789abcdef",
        at=NOW,
    )
    run = ImportRun.objects.create(
        side=Side.NEED, file_name=made.word("表"), file_hash="0" * 64, by=person, at=NOW
    )
    ImportRow.objects.create(run=run, number=2, verdict="bad", message=made.word("看不懂"))


def _need(made: Seeded) -> Need:
    person = made.person
    need = publish_need(
        person,
        title=made.word("泡菜盐渍废水盐分回收"),
        description=made.word(NEED["description"]),
        keywords=[made.word("词")],
        negotiable_reason=made.word("原因"),
        contact_channel=MAIL,
        **made.texts("background main_problem target tried deliverable acceptance ip_wish"),
        **made.texts("contact_name"),
    )
    table = [indicator(name=made.word(), current=made.word(), verification=made.word())]
    market.revise_item(item=need, person=person, values={}, indicators=table, at=NOW)
    market.review_item(
        item=Item.objects.get(pk=need.pk),
        reviewer=make_reviewer(),
        scores=dict.fromkeys(CRITERIA, 3),
        notes={each: made.word("写得") for each in CRITERIA},
        at=NOW,
    )
    content = PDF + made.word().encode()
    market.add_attachment(
        item=need, person=person, name=made.word() + ".pdf", content=content, at=NOW
    )
    return Need.objects.get(pk=need.pk)


def _offer(made: Seeded) -> Offer:
    person = made.person
    offer = publish_offer(
        person,
        kind=OfferKind.ACHIEVEMENT,
        trl=7,
        title=made.word("高盐废水电渗析盐回收"),
        description=made.word(OFFER["description"]),
        **made.texts("problem_solved advantage for_whom trl_evidence trl_assessed_by"),
        **made.texts("evidence adopters"),
    )
    told = {
        "stage": "applied",
        "completers": [made.word("王")],
        "evaluation": {"evaluator": made.word()},
        **made.texts("ownership registration publicity"),
    }
    market.describe_achievement(offer=offer, person=person, values=told, at=NOW)
    return Offer.objects.get(pk=offer.pk)


def _studio_and_drafts(made: Seeded) -> None:
    person = made.person
    about = {
        "name": made.word("工作室"),
        "directions": made.word("盐回收方向"),
        "skills": [made.word("电渗析")],
        "languages": [made.word("话")],
        "weekly_hours": 17,
    }
    studio = Studio.objects.get(person=person)
    market.edit_studio(studio=studio, person=person, values=about, at=NOW)
    draft = begin_need(person)
    values = {"title": made.word("草稿标题")}
    market.save_draft(item=draft, person=person, values=values, at=NOW)
    content = PDF + made.word().encode()
    market.add_attachment(item=draft, person=person, name="a.pdf", content=content, at=NOW)


def _answers(made: Seeded, need: Need, offer: Offer) -> None:
    """Match both with others; say no to one and ask the other to talk."""
    publish_offer(make_person())
    publish_need(make_person())
    matching.build_index(at=LATER)
    for item in (need, offer):
        matching.match_item(item=item, at=LATER)
    others = Suggestion.objects.filter(need=need).exclude(offer=offer)
    matching.decline_suggestion(
        suggestion=others[0],
        person=made.person,
        reason=Reason.R05,
        sentence=made.word("不合适"),
        side=Side.NEED,
        at=LATER,
    )
    deal = deals.express_interest(
        need=Suggestion.objects.filter(offer=offer).exclude(need=need)[0].need,
        offer=offer,
        person=made.person,
        message=made.word("想谈谈"),
        through_steward=True,
        at=LATER,
    )
    _talks(made, deal)


def _talks(made: Seeded, deal: Deal) -> None:
    """Talk as the seller, with everything that is written before a contract."""
    buyer, seller = deal.parties.get(role="buyer").person, made.person
    deals.agree_to_talk(deal=deal, person=buyer, at=LATER)
    price = Price(
        content=made.word("电渗析成套设备一套"),
        amount_total_fen=80_000_000,
        amount_technical_fen=30_000_000,
        days=90,
        valid_until=LATER.date() + timedelta(days=60),
    )
    deals.stage_quote(deal=deal, person=seller, price=price, at=LATER)
    quote = deals.send_quote(deal=deal, person=seller, at=LATER)
    deals.accept_quote(quote=quote, person=buyer, at=LATER)
    terms = Terms(
        kind="development",
        subject=made.word("成套工艺的设计、供货、安装和调试"),
        amount_total_fen=80_000_000,
        amount_technical_fen=30_000_000,
        ownership=made.word("归双方共有"),
        acceptance=made.word("第三方检测"),
        acceptance_days=15,
        steps=[Step(name=made.word(), criterion=made.word(), due_on=date(2027, 5, 15))],
        parts=[Part(amount_fen=80_000_000, due_on=date(2027, 3, 20))],
    )
    deals.draft_contract(deal=deal, person=seller, terms=terms, at=LATER)
    deals.propose_contract(deal=deal, person=seller, at=LATER)
    deals.withdraw_contract(deal=deal, person=seller, at=LATER)
    deals.decline_deal(
        deal=deal, person=seller, reason="other", sentence=made.word("还是再想一想，暂时不做了"),
        at=LATER,
    )  # fmt: skip
    asked = Deal.objects.get(pk=_asked_as_buyer(made).pk)
    deals.agree_to_talk(deal=asked, person=asked.parties.get(role="seller").person, at=LATER)
    deals.request_quote(
        deal=asked, person=seller, wanted=made.word("成套工艺报价，含安装"), at=LATER
    )
    price = replace(price, content="别人的报价，含安装调试。")
    other = asked.parties.get(role="seller").person
    deals.stage_quote(deal=asked, person=other, price=price, at=LATER)
    sent = deals.send_quote(deal=asked, person=other, at=LATER)
    deals.decline_quote(quote=sent, person=seller, sentence=made.word("太贵"), at=LATER)


def _asked_as_buyer(made: Seeded) -> Deal:
    """Ask to talk as the buyer, about the pair that was not said no to."""
    own = Need.objects.get(holder=made.person, state="published")
    other = publish_offer(make_person(), title="另一套盐回收设备")
    return deals.express_interest(
        need=own, offer=other, person=made.person, message=made.word("问一问"), at=LATER
    )


def _repeated(made: Seeded, need: Need) -> None:
    """Let others' rows repeat the person's words: a digest, and the learned names."""
    notices.send(
        make_person(),
        reason=Notice.Reason.SAVED_SEARCH,
        title="有新的",
        body=f"别的需求；{need.title}",
        link="/searches/1/",
        key="search:1:x",
        at=LATER,
    )
    quotes = [{"item": need.pk, "words": made.word()}, {"item": 0, "words": "别人的话"}]
    row = {"name": "电渗析", "other": "ed", "owners": 2, "texts": 2, "standing": "taught"}
    for version, state, told in (("0", "replaced", quotes[1:]), ("1", "in_force", quotes)):
        NamingEdition.objects.create(
            version=version, state=state, content=[{**row, "quotes": told}], installed_at=LATER
        )
