"""Who carries a letter out of the house: the terminal, a mail server, or a service behind HTTP.

A carrier may be given one letter twice (its first answer was lost), so it gets the letter's key.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from kehui.core import outbound

MOST_BYTES = 64 * 1024
TOO_MANY, FAILING, FINE = 429, 500, 300
LONGEST_PAUSE = 3600  # seconds that a service may ask us to wait


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is sealed in a letter. `code` stands by itself too: services fill it into their form."""

    to: str
    subject: str
    text: str
    code: str = ""


class CarrierDown(Exception):  # noqa: N818 - a state: the letter is tried again
    """It may or may not have taken the letter; `pause` is how long it asks us to wait."""

    def __init__(self, code: str, *, pause: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.pause = pause


class CarrierRefused(Exception):  # noqa: N818 - a state: the letter has failed
    """It will never take this letter."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Carrier(Protocol):
    """Takes a letter, or raises CarrierDown or CarrierRefused."""

    def carry(self, content: Content, *, key: str) -> None: ...


class Terminal:
    """Writes the letter where the worker was started. For demonstrations and developers."""

    def carry(self, content: Content, *, key: str) -> None:
        sys.stdout.write(f"[{key}] {content.to}: {content.text}\n")
        sys.stdout.flush()


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """SMTP, as Django's EMAIL settings say."""

    sender: str

    def carry(self, content: Content, *, key: str) -> None:
        letter = EmailMessage(
            content.subject,
            content.text,
            self.sender,
            [content.to],
            headers={"X-Kehui-Key": key, "Auto-Submitted": "auto-generated"},
            connection=get_connection(),
        )
        try:
            letter.send()
        except SMTPRecipientsRefused as refusal:
            raise _refused(max(code for code, _said in refusal.recipients.values())) from None
        except SMTPResponseException as refusal:
            raise _refused(refusal.smtp_code) from None
        except (SMTPException, OSError) as error:
            raise CarrierDown(f"SMTP_{type(error).__name__}"[:40]) from None


def _refused(status: int) -> CarrierDown | CarrierRefused:
    """Read a reply of RFC 5321: 4xx may pass, 5xx will not."""
    code = f"SMTP_{status}"
    return CarrierRefused(code) if status >= FAILING else CarrierDown(code)


@dataclass(frozen=True, kw_only=True)
class HttpService:
    """Any service that takes JSON; `headers` and `body` hold the places {to} {text} {code} {key}.

    A place is filled inside a string of the template that was parsed before: no value can add a
    member to the body or a line to the headers.
    """

    url: str
    headers: Mapping[str, str]
    body: Any
    seconds: float

    def carry(self, content: Content, *, key: str) -> None:
        places = {
            "{to}": content.to,
            "{subject}": content.subject,
            "{text}": content.text,
            "{code}": content.code,
            "{key}": key,
        }
        sent = json.dumps(_filled(self.body, places), ensure_ascii=False).encode()
        headers = {name: _filled(value, {"{key}": key}) for name, value in self.headers.items()}
        try:
            answer = outbound.ask(
                outbound.own_service(self.url),
                body=sent,
                headers={"Content-Type": "application/json", "Idempotency-Key": key} | headers,
                seconds=self.seconds,
                most_bytes=MOST_BYTES,
            )
        except outbound.NoAnswer as silence:
            raise CarrierDown(silence.code) from None
        except (outbound.AddressMalformed, outbound.PlaceForbidden) as refusal:
            raise CarrierDown(refusal.code) from None  # a setting: it may be mended in time
        _read(answer)


def _filled(template: Any, places: Mapping[str, str]) -> Any:
    if isinstance(template, str):
        for place, value in places.items():
            template = template.replace(place, value)
        return template
    if isinstance(template, list):
        return [_filled(each, places) for each in template]
    if isinstance(template, dict):
        return {name: _filled(each, places) for name, each in template.items()}
    return template


def _read(answer: outbound.Answer) -> None:
    """Take 2xx as taken; 429 and 5xx may pass; anything else will not."""
    code = f"HTTP_{answer.status}"
    if answer.status == TOO_MANY or answer.status >= FAILING:
        said = answer.headers.get("Retry-After", "")
        pause = timedelta(seconds=min(int(said), LONGEST_PAUSE)) if said.isdecimal() else None
        raise CarrierDown(code, pause=pause)
    if not 200 <= answer.status < FINE:
        raise CarrierRefused(code)


def carrier(channel: str) -> Carrier | None:
    """Return who carries letters of this channel, as the settings say; None where nobody does."""
    said = settings.LETTERS[channel]
    if said["carrier"] == "console":
        return Terminal()
    if said["carrier"] == "smtp" and channel == "email":
        return MailServer(sender=settings.DEFAULT_FROM_EMAIL)
    if said["carrier"] == "http":
        return HttpService(
            url=said["url"],
            headers=json.loads(said["headers"] or "{}"),
            body=json.loads(said["body"]),
            seconds=settings.LETTER_SECONDS,
        )
    return None
