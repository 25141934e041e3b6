"""Tell people when their level, their seats, their ways in or their tokens change."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from kehui.core.dates import day_of
from kehui.core.errors import Refused
from kehui.ledger.models import Entry, Reader
from kehui.notices.models import Letter, Notice
from kehui.notices.services import Content, Message, post_letter, send_many
from kehui.people.facts import (
    DeviceDoubted,
    FactorAdded,
    FactorRemoved,
    OrganizationIdentified,
    PasswordChanged,
    PersonIdentified,
    PersonReachable,
    SeatEnded,
    SeatGranted,
    TokenExpiring,
)
from kehui.people.models import Account, ApiToken, Organization, Person, Seat
from kehui.people.services import reach

HERE = "/me/"
DEVICES = "/me/devices/"
TOKENS = "/me/tokens/"
WARNING_LIFE = timedelta(days=1)  # later, the inbox has to do


def on_person_identified(entry: Entry) -> None:
    fact = PersonIdentified.of(entry)
    with override(_language(fact.person)):
        _tell(
            entry,
            fact.person,
            Notice.Reason.IDENTITY,
            _("你的身份已核验"),
            _("现在可以发布供需信息了。"),
        )


def on_organization_identified(entry: Entry) -> None:
    fact = OrganizationIdentified.of(entry)
    name = Organization.objects.values_list("name", flat=True).get(pk=fact.organization)
    agents = Seat.objects.valid_on(day_of(entry.at)).filter(
        organization=fact.organization, role=Seat.Role.AGENT
    )
    for person in agents.values_list("person", flat=True).distinct():
        with override(_language(person)):
            title = _("单位已核验：{name}").format(name=name)
            _tell(entry, person, Notice.Reason.IDENTITY, title, _("现在可以以单位名义发布了。"))


def on_seat_granted(entry: Entry) -> None:
    """Tell the person, unless it was the person who registered the organization."""
    fact = SeatGranted.of(entry)
    if entry.actor is not None:
        _tell_of_seat(entry, fact.person, fact.seat, is_new=True)


def on_seat_ended(entry: Entry) -> None:
    fact = SeatEnded.of(entry)
    if entry.actor != fact.person:
        _tell_of_seat(entry, fact.person, fact.seat, is_new=False)


def on_factor_added(entry: Entry) -> None:
    """Tell the person: if it was somebody else, this is how it comes out."""
    _tell_of_factor(entry, FactorAdded.of(entry), is_new=True)


def on_factor_removed(entry: Entry) -> None:
    _tell_of_factor(entry, FactorRemoved.of(entry), is_new=False)


def on_device_doubted(entry: Entry) -> None:
    fact = DeviceDoubted.of(entry)
    with override(_language(fact.person)):
        title = _("有人在别的设备上用你的登录办事，已拦下")
        body = _(
            "那次操作没有登录设备的签名，没有生效。如果不是你本人，请换密码，再让其他设备退出。"
            "如果是你自己清过浏览器数据，按提示输一次密码就能继续。"
        )
        _tell(entry, fact.person, Notice.Reason.SECURITY, title, body, link=DEVICES)


def on_password_changed(entry: Entry) -> None:
    """Tell the person in the inbox, and by letter: whoever took the account reads the inbox too."""
    fact = PasswordChanged.of(entry)
    with override(_language(fact.person)):
        by_code = _("你的密码已用验证码重设")
        title = by_code if fact.way == "code" else _("你的密码已更换")
        _warn(entry, fact.person, title)


def on_person_reachable(entry: Entry) -> None:
    fact = PersonReachable.of(entry)
    with override(_language(fact.person)):
        titles = {"phone": _("手机号已确认，可以用来登录"), "email": _("邮箱已确认，可以用来登录")}
        _warn(entry, fact.person, titles[fact.way], besides=fact.way)


def _warn(entry: Entry, person: int, title: str, *, besides: str = "") -> None:
    """Tell it in the inbox, and by letter to every contact but the one that has just answered."""
    body = _("如果不是你本人，请马上换密码，并联系平台运营人员。")
    _tell(entry, person, Notice.Reason.SECURITY, title, body)
    subject = _("{brand}：账号有变化").format(brand=settings.BRAND)
    contacts = reach(Person.objects.get(pk=person))
    for way in contacts.keys() - {besides}:
        text = f"【{settings.BRAND}】{title}。{body}"
        with suppress(Refused):  # nobody carries letters, or no key answers: the inbox has it
            post_letter(
                channel=Letter.Channel(way),
                content=Content(to=contacts[way], subject=subject, text=text),
                key=f"ledger:{entry.pk}:{way}",
                expires_at=entry.at + WARNING_LIFE,
                at=entry.at,
            )


def _tell_of_factor(entry: Entry, fact: FactorAdded | FactorRemoved, *, is_new: bool) -> None:
    if fact.factor == "recovery_codes":  # they come and go with the others
        return
    with override(_language(fact.person)):
        ways = {"totp": _("手机验证码"), "webauthn": _("通行密钥")}
        form = _("登录方式加了一种：{way}") if is_new else _("登录方式少了一种：{way}")
        body = _("如果不是你本人，请马上换密码，并联系平台运营人员。")
        title = form.format(way=ways[fact.factor])
        _tell(entry, fact.person, Notice.Reason.SECURITY, title, body)


def on_token_expiring(entry: Entry) -> None:
    fact = TokenExpiring.of(entry)
    names = ApiToken.objects.filter(pk=fact.token, revoked_at=None).values_list("name", flat=True)
    for name in names:  # none when it was revoked, or its person has left, meanwhile
        with override(_language(fact.person)):
            title = _("令牌“{name}”将在 {day} 到期").format(
                name=name, day=day_of(fact.expires_at).isoformat()
            )
            body = _("到期后用它的程序会停。请到“程序令牌”里换新，新旧令牌可以同时用一天。")
            _tell(entry, fact.person, Notice.Reason.PROGRAM, title, body, link=TOKENS)


def _tell_of_seat(entry: Entry, person: int, seat: int, *, is_new: bool) -> None:
    row = Seat.objects.select_related("organization", "region").get(pk=seat)
    place = row.organization.name if row.organization else row.region.name
    with override(_language(person)):
        form = _("你有了新席位：{place} · {role}") if is_new else _("席位已结束：{place} · {role}")
        title = form.format(place=place, role=row.get_role_display())
        _tell(entry, person, Notice.Reason.SEAT, title, "")


def _tell(
    entry: Entry, person: int, reason: Notice.Reason, title: str, body: str, *, link: str = HERE
) -> None:
    key = f"ledger:{entry.pk}:{person}"
    message = Message(person=person, reason=reason, title=title, body=body, link=link, key=key)
    send_many([message], at=entry.at)


def _language(person: int) -> str:
    """Return the language in which the person reads, Chinese if there is no account."""
    chosen = Account.objects.filter(person=person).values_list("language", flat=True).first()
    return chosen or "zh-hans"


READER = Reader(
    "notices",
    {
        PersonIdentified.kind: on_person_identified,
        OrganizationIdentified.kind: on_organization_identified,
        PasswordChanged.kind: on_password_changed,
        PersonReachable.kind: on_person_reachable,
        SeatGranted.kind: on_seat_granted,
        SeatEnded.kind: on_seat_ended,
        FactorAdded.kind: on_factor_added,
        FactorRemoved.kind: on_factor_removed,
        DeviceDoubted.kind: on_device_doubted,
        TokenExpiring.kind: on_token_expiring,
    },
)
