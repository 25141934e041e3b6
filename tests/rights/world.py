"""One of everything that belongs to somebody, made through the services, with words to search for.

The owner holds it all, for two organizations in one county: `hidden`, whose name its need hides,
and `known`, which has a studio. What is private carries a mark of its field.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.core import signing
from django.test import override_settings
from django.utils import timezone
from tests.makers import (
    WUHOU,
    YIBIN,
    make_account,
    make_center,
    make_operator,
    make_organization,
    make_person,
    make_reviewer,
    make_seat,
)
from tests.market.paper import PDF
from tests.market.tables import as_csv, rows
from tests.market.writing import indicator, submit, write_need, write_offer
from tests.matching.pairs import TAIL, TEXTS
from tests.rights.deals import deals_of

from kehui.hooks import services as hooks
from kehui.market import services as market
from kehui.market.models import CRITERIA, Attachment, CloseReason, Item, Side, Studio, Tier
from kehui.market.services import searches, terms
from kehui.market.services.arrivals import Order
from kehui.market.services.imports import import_items
from kehui.matching.models import Suggestion
from kehui.matching.services import build_index, match_item
from kehui.notices.models import Notice
from kehui.notices.services import send
from kehui.operations import services as operations
from kehui.operations.models import Complaint
from kehui.people import services as people
from kehui.people.models import ApiToken, Level, Organization, Person, Seat
from kehui.web.people.teams import SALT

PHONE: Final = "13911112222"
OTHER_PHONE: Final = "13733334444"
MARKS: Final[dict[str, tuple[str, ...]]] = {
    "details": ("辛未细节",),
    "secret_details": ("壬申细节",),
    "contact": ("癸酉联络",),
    "hidden_name": ("甲戌隐名",),
    "file_name": ("乙亥附件",),
    "file_content": ("丙子附件",),
    "drafts": ("丁丑草稿",),
    "private_drafts": ("戊寅私稿",),
    "waiting": ("己卯待审",),
    "withdrawn": ("庚辰撤回",),
    "flags": ("辛巳评语",),
    "searches": ("壬午搜索",),
    "notices": ("癸未消息",),
    "tokens": ("甲申令牌",),
    "hooks": ("壬辰回调",),
    "unit_hooks": ("癸巳回调",),
    "teams": ("乙酉团队",),
    "colleagues": ("丙戌同事",),
    "usernames": ("丁亥用户",),
    "applicants": ("戊子申请",),
    "newcomers": ("己丑新登",),
    "masked_phone": ("137****4444",),
    "own_masked_phone": ("139****2222",),
    "whole_phone": (PHONE, OTHER_PHONE),
    "imported": ("庚寅导入",),
    "terms": ("辛卯术语",),
    "center_staff": ("壬辰驻点",),
    "deals": ("甲午洽谈",),
    "complaints": ("壬辰投诉",),
}
DETAILS: Final = ("background", "main_problem", "target", "tried", "deliverable", "acceptance")
BEST: Final = dict.fromkeys(CRITERIA, 3)


@dataclass
class World:
    """Who owns, and how to reach each thing: `reach` gives the arguments of its addresses."""

    at: datetime
    owner: Person
    applicant: Person
    hidden: Organization
    known: Organization
    reach: dict[str, dict[str, Any]] = field(default_factory=dict)

    def owner_of(self, thing: str) -> Person:
        return self.applicant if thing == "applicant" else self.owner


def build() -> World:
    at = timezone.now() - timedelta(hours=12)
    world = World(
        at=at,
        owner=make_person("主人", region=WUHOU),
        applicant=make_person(MARKS["applicants"][0], region=WUHOU, level=Level.V1),
        hidden=make_organization(MARKS["hidden_name"][0], region=WUHOU),
        known=make_organization("公开的单位", region=WUHOU),
    )
    make_account("owner", person=world.owner)
    for each in (world.hidden, world.known):
        make_seat(world.owner, organization=each, region=WUHOU)
    _offers(world)
    _needs(world)
    _drafts(world)
    world.reach |= deals_of(world.reach["secret_need"]["pk"], MARKS["deals"][0])
    _people(world)
    _of_the_owner(world)
    _hooks(world)
    _of_the_office(world)
    _center(world)
    _of_operations(world)
    Seat.objects.filter(person=world.owner).delete()  # each role gives its own
    return world


def _offers(world: World) -> None:
    """Publish offers of the open studio; one is a best work and then withdrawn."""
    mark = MARKS["details"][0]
    values = {"evidence": f"{mark}甲", "adopters": f"{mark}乙", "tier": Tier.VERIFIED, "trl": 7}
    offer = write_offer(world.owner, owner=world.known, kind="achievement", at=world.at, **values)
    told = {"stage": "development", "completers": [f"{mark}丙"], "evaluation": _evaluation(mark)}
    market.describe_achievement(offer=offer, person=world.owner, values=told, at=world.at)
    _publish(world, offer)
    gone = write_offer(world.owner, owner=world.known, at=world.at, **_about("coating"))
    _title(world, gone, "withdrawn")
    _publish(world, gone)
    market.choose_best_works(studio=gone.studio, person=world.owner, offers=[gone], at=world.at)
    _withdraw(world, gone)
    closed = market.open_studio(owner=world.hidden, person=world.owner, values={}, at=world.at)
    closed_state = Studio.State.CLOSED
    market.move_studio(studio=closed, person=world.owner, to=closed_state, at=world.at)
    world.reach |= {
        "offer": _item(offer),
        "withdrawn_offer": _item(gone),
        "studio": {"pk": gone.studio_id, "number": gone.studio_id},
        "closed_studio": {"pk": closed.pk, "number": closed.pk},
    }


def _evaluation(mark: str) -> dict[str, str]:
    return {
        "science": f"{mark}丁", "technology": f"{mark}丁", "economy": f"{mark}丁",
        "society": f"{mark}丁", "transfer": f"{mark}丁", "evaluator": f"{mark}戊",
        "date": "2026-01-05", "standard": "GB/T 44731-2024",
    }  # fmt: skip


def _needs(world: World) -> None:
    """Publish a need for verified readers and one under agreement; withdraw one, hand one in."""
    mark = MARKS["details"][0]
    need = _write(world, world.hidden, mark=mark, tier=Tier.VERIFIED, hides_name=True)
    rows = [indicator(name=f"{mark}庚", verification=f"{mark}辛")]
    market.add_indicators(need=need, person=world.owner, indicators=rows, at=world.at)
    file = _attach(world, need)
    _publish(world, need)
    secret = _write(
        world,
        world.known,
        mark=MARKS["secret_details"][0],
        tier=Tier.AGREEMENT,
        **_about("coating"),
    )
    secret_file = _attach(world, secret)
    _publish(world, secret)
    gone = _write(world, world.known, **_about("bridge"))
    _title(world, gone, "withdrawn")
    gone_file = _attach(world, gone)
    _publish(world, gone)
    stranger = make_person("外人", region=YIBIN)
    other = write_offer(stranger, at=world.at)
    _publish(world, other)
    build_index(at=timezone.now())
    need.refresh_from_db()
    match_item(item=need, at=timezone.now())
    match = Suggestion.objects.get(need=need, offer=other)
    _withdraw(world, gone)
    waiting = _write(world, world.known, **_about("bridge"))
    _title(world, waiting, "waiting")
    submit(waiting, at=timezone.now())
    world.reach |= {
        "need": _item(need),
        "secret_need": _item(secret),
        "withdrawn_need": _item(gone),
        "waiting_need": _item(waiting),
        "file": {"pk": need.pk, "file": file.pk},
        "secret_file": {"pk": secret.pk, "file": secret_file.pk},
        "withdrawn_file": {"pk": gone.pk, "file": gone_file.pk},
        "match": {"pk": match.pk},
        "pair": {"need": need.pk, "offer": other.pk},
    }


def _about(subject: str) -> dict[str, str]:
    """Return texts of another subject: the same twice would be refused."""
    title, text = TEXTS[subject]
    return {"title": title, "description": f"{title}：{text}{TAIL}{TAIL}"}


def _drafts(world: World) -> None:
    need = _write(world, world.known)
    _title(world, need, "drafts")
    file = _attach(world, need)
    private = _write(world, None)
    _title(world, private, "private_drafts")
    offer = write_offer(world.owner, owner=world.known, at=world.at)
    _title(world, offer, "drafts")
    world.reach |= {
        "draft_need": _item(need),
        "private_draft": _item(private),
        "draft_offer": _item(offer),
        "draft_file": {"pk": need.pk, "file": file.pk},
    }


def _people(world: World) -> None:
    colleague = make_person(MARKS["colleagues"][0])
    seat = make_seat(colleague, organization=world.known, region=WUHOU)
    steward = make_seat(make_person(), role=Seat.Role.STEWARD, region=YIBIN)
    team = people.found_team(lead=world.owner, name=MARKS["teams"][0], host=None, at=world.at)
    make_account(MARKS["usernames"][0], person=world.applicant)
    people.give_phone(person=world.applicant, phone=OTHER_PHONE, at=world.at)
    people.give_phone(person=world.owner, phone=PHONE, at=world.at)
    newcomer = make_organization(MARKS["newcomers"][0], region=WUHOU, level=Level.V1)
    world.reach |= {
        "organization": {"pk": world.known.pk},
        "newcomer": {"pk": newcomer.pk},
        "agent_seat": {"pk": seat.pk},
        "platform_seat": {"pk": steward.pk},
        "team": {"pk": team.pk},
        "invitation": {"token": signing.dumps(team.pk, salt=SALT)},
        "applicant": {"pk": world.applicant.pk},
        "phone": {},
    }


def _of_the_owner(world: World) -> None:
    search = searches.save_search(
        person=world.owner, side=Side.NEED, query=MARKS["searches"][0], filters={}, at=world.at
    )
    token = people.issue_token(
        person=world.owner,
        name=MARKS["tokens"][0],
        scopes=[ApiToken.Scope.READ],
        secret="kehui_of_the_owner",
        at=world.at,
    )
    send(
        world.owner,
        reason=Notice.Reason.SEAT,
        title=MARKS["notices"][0],
        link="/me/",
        key="rights",
        at=timezone.now(),
    )
    notice = Notice.objects.get(key="rights")
    world.reach |= {
        "search": {"pk": search.pk},
        "token": {"pk": token.pk},
        "notice": {"pk": notice.pk},
    }


def _hooks(world: World) -> None:
    """Make one hook of the owner and one of the organization, each with a message and its log."""
    for thing, mark, organization in (
        ("hook", "hooks", None),
        ("unit_hook", "unit_hooks", world.known),
    ):
        with override_settings(OUTBOUND="*"):
            made = hooks.make_hook(
                person=world.owner,
                organization=organization,
                name=MARKS[mark][0],
                url="https://receiver.example.cn/hooks",
                kinds=["item.published"],
                secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                at=world.at,
            )
        sent = hooks.ping(hook=made, person=world.owner, at=world.at)
        world.reach[thing] = {"pk": made.pk, "delivery": sent.pk}


def _of_the_office(world: World) -> None:
    operator = make_operator()
    row = {
        "标题": f"{MARKS['imported'][0]}盐渍废水盐分回收",
        "希望完成日期": f"{world.at + timedelta(days=300):%Y-%m-%d}",
    }
    report = import_items(
        content=as_csv(rows(row)),
        name="需求.csv",
        order=Order(side=Side.NEED, person=operator, source="rights", terms_accepted=True),
        clock=timezone.now,
    )
    term = terms.add_term(
        term=MARKS["terms"][0], synonyms=["同义说法"], person=operator, at=world.at
    )
    world.reach |= {"import_run": {"pk": report.run}, "term": {"pk": term.pk}}


def _center(world: World) -> None:
    """Open the center of the county: the one who works there is no steward, who is shown."""
    center = make_center(WUHOU)
    vendor = make_person(MARKS["center_staff"][0], region=YIBIN)
    seat = make_seat(vendor, role=Seat.Role.VENDOR, region=WUHOU)
    procedure = people.publish_procedure(
        region=WUHOU,
        code="visit",
        title="安排上门",
        audience="企业",
        steps=["打电话"],
        papers=[],
        working_days=3,
        by=make_operator(),
        at=world.at,
    )
    world.reach |= {
        "center": {"pk": center.pk, "number": center.pk},
        "center_seat": {"pk": center.pk, "seat": seat.pk},
        "center_procedure": {"pk": center.pk, "procedure": procedure.pk},
    }


def _of_operations(world: World) -> None:
    """A complaint of the owner's, and a change of the site that the owner proposed."""
    complaint = operations.file_complaint(
        kind=Complaint.Kind.SERVICE,
        text=MARKS["complaints"][0],
        about="",
        contact="",
        code="RGHTSRGHTS22",
        by=world.owner,
        address="192.0.2.7",
        at=world.at,
    )
    make_operator(world.owner)
    (change,) = operations.change_site(
        values={"policy_profile": "open_operator"},
        reason="改由社会力量运营",
        by=world.owner,
        at=world.at,
    )
    world.reach |= {"complaint": {"pk": complaint.pk}, "site_change": {"pk": change.pk}}


def _write(
    world: World, organization: Organization | None, *, mark: str = "", **values: Any
) -> Any:
    """Write a need; `mark` goes into every detail of it."""
    marked = {name: f"{mark}：{name}" for name in DETAILS} if mark else {}
    return write_need(
        world.owner,
        organization=organization,
        at=world.at,
        contact_name=MARKS["contact"][0],
        deadline=(world.at + timedelta(days=300)).date(),
        **marked,
        **values,
    )


def _title(world: World, item: Item, mark: str) -> None:
    """Put the mark of a state into the title; the text begins with it: they speak of one thing."""
    title = f"{MARKS[mark][0]}{item.title}"
    values = {"title": title, "description": f"{title}。{item.description}"}
    market.save_draft(item=item, person=world.owner, values=values, at=world.at)


def _attach(world: World, item: Item) -> Attachment:
    content = PDF + MARKS["file_content"][0].encode()
    name = f"{MARKS['file_name'][0]}.pdf"
    return market.add_attachment(
        item=item, person=world.owner, name=name, content=content, at=world.at
    )


def _publish(world: World, item: Item) -> None:
    market.review_item(
        item=submit(item, at=world.at),
        reviewer=make_reviewer(),
        scores=BEST,
        notes=dict.fromkeys(CRITERIA, MARKS["flags"][0]),
        at=world.at,
    )


def _withdraw(world: World, item: Item) -> None:
    market.withdraw_item(
        item=item, person=world.owner, reason=CloseReason.NO_LONGER_NEEDED, at=timezone.now()
    )


def _item(item: Item) -> dict[str, Any]:
    return {"pk": item.pk, "number": item.pk}
