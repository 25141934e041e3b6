"""Ask for a code and send it; remember in the session which one this browser waits for."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kehui.notices import selectors as letters
from kehui.notices import services as notices
from kehui.notices.models import Letter
from kehui.people import services
from kehui.people.models import Code, Person
from kehui.people.services import CodeMissing, Contact
from kehui.web.people.ways import client_address

SESSION_KEY = "code"
DIGITS = 6
TICKET_BYTES = 24


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What this browser waits for; `shown` is the contact, masked."""

    ticket: str
    use: str
    shown: str
    letter: str
    onward: str

    @property
    def is_lost(self) -> bool:
        """Say whether the letter will not come any more."""
        letter = letters.letter(self.letter)
        return letter is None or letter.state in {Letter.State.FAILED, Letter.State.EXPIRED}


def send_code(
    request: HttpRequest,
    *,
    typed: str,
    use: Code.Use,
    onward: str,
    at: datetime,
    person: Person | None = None,
) -> None:
    """Send a code to what was typed, the same way whoever it belongs to.

    Raises:
        PhoneMalformed, EmailMalformed, TooManyTries, LettersOff, KeyServiceDown: nothing was sent.
    """
    contact = services.read_contact(typed)
    ticket = ticket_of(secrets.token_urlsafe(TICKET_BYTES), person)
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    with transaction.atomic():
        code = services.ask_code(
            contact=contact,
            use=use,
            ticket=ticket,
            digits=digits,
            address=client_address(request),
            device=request.session.session_key or "",
            at=at,
        )
        letter = notices.post_letter(
            channel=Letter.Channel(contact.way),
            content=content(contact, use, digits),
            key=f"code:{code.pk}",
            expires_at=code.expires_at,
            at=at,
        )
    waiting = Waiting(
        ticket=ticket, use=use, shown=contact.masked, letter=letter.key, onward=onward
    )
    request.session[SESSION_KEY] = asdict(waiting)


def ticket_of(chance: str, person: Person | None) -> str:
    """Return a ticket that serves this person alone, if there is one."""
    return f"{chance}:{person.pk if person else 0}"


def content(contact: Contact, use: Code.Use, digits: str) -> notices.Content:
    what = {
        Code.Use.ENTER: _("登录或注册"),
        Code.Use.RESET: _("重设密码"),
        Code.Use.CONTACT: _("确认联系方式"),
    }[use]
    said = _("【{brand}】验证码 {digits}，用于{what}，10 分钟内有效。不要告诉任何人。")
    return notices.Content(
        to=contact.value,
        subject=_("{brand}：{what}的验证码").format(brand=settings.BRAND, what=what),
        text=said.format(brand=settings.BRAND, digits=digits, what=what),
        code=digits,
    )


def waiting_for(request: HttpRequest, *uses: Code.Use, person: Person | None = None) -> Waiting:
    """Return what this browser waits for.

    Raises:
        CodeMissing: nothing of these uses, or for another person.
    """
    said = request.session.get(SESSION_KEY)
    if said is None or said["use"] not in uses:
        raise CodeMissing
    waiting = Waiting(**said)
    if waiting.ticket != ticket_of(waiting.ticket.rpartition(":")[0], person):
        raise CodeMissing
    return waiting


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)
