"""Keys of devices: bind one to a session, check what it signed, and say when it did not.

A copied cookie opens pages and counts nothing: decision 22.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core.crypto import p256
from kehui.core.errors import Refused
from kehui.ledger.models import Response
from kehui.ledger.services import once, record
from kehui.people.facts import DeviceDoubted
from kehui.people.models import Account, DeviceKey

FORMAT = "kehui-act-1"
DOOR = "device"  # of the receipts that keep what was signed once
LATEST = timedelta(minutes=5)  # between signing and arriving, and for a clock that is off
NONCE_LENGTH = 64


class DeviceKeyMalformed(Refused):
    code = "DEVICE_KEY_FORM"
    message = _("这不是设备密钥，没有绑定。刷新页面再试一次。")
    message_en = "This is no key of a device; nothing was bound. Please reload the page."


class DeviceAlreadyBound(Refused):
    code = "DEVICE_BOUND"
    message = _("这次登录已绑定一台设备。换设备请重新登录。")
    message_en = "This session belongs to a device already. Please sign in anew on another one."
    status = 409


class DeviceTooLate(Refused):
    code = "DEVICE_LATE"
    message = _("登录已有一会儿了。请先确认是你本人，再绑定设备。")
    message_en = "You signed in a while ago. Please show who you are, then bind the device."
    status = 409


class SignatureMissing(Refused):
    code = "DEVICE_SIGNATURE"
    message = _("这次操作没有登录设备的签名，没有办理。请确认是你本人，再接着做。")
    message_en = (
        "The device that signed in did not sign this, so nothing was done. "
        "Please confirm that it is you, then go on."
    )
    status = 403


class ActReplayed(Refused):
    code = "DEVICE_REPLAY"
    message = _("这次提交已经收到过一次，没有重复办理。")
    message_en = "This was received once before and was not done again."
    status = 409


@dataclass(frozen=True, kw_only=True)
class Act:
    """What a browser says it does: the request, when (seconds since 1970), and a nonce."""

    method: str
    path: str  # with the query
    fields: Sequence[tuple[str, str]]
    seconds: int
    nonce: str
    signature: bytes

    @property
    def message(self) -> bytes:
        """Return what is signed; static/js/device.js makes the same bytes.

        Fields in order of name, then as sent; line ends are LF, as every browser sends others.
        """
        fields = [[name, _lines(value)] for name, value in sorted(self.fields, key=_name)]
        body = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()
        parts = (FORMAT, self.method, self.path, digest, str(self.seconds), self.nonce)
        return "\n".join(parts).encode()


def _name(field: tuple[str, str]) -> str:
    return field[0]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@transaction.atomic
def bind_device(
    *, account: Account, session_key: str, public_key: bytes, at: datetime
) -> DeviceKey:
    """Let the session belong to the device that holds the other half of this key.

    Raises:
        DeviceKeyMalformed: it is no key.
        DeviceAlreadyBound: the session has one, or there is no such session of the account.
    """
    if not p256.is_public_key(public_key):
        raise DeviceKeyMalformed
    own = UserSession.objects.select_for_update().filter(user=account, session_key=session_key)
    session = own.first()
    if session is None or DeviceKey.objects.filter(session=session).exists():
        raise DeviceAlreadyBound
    return DeviceKey.objects.create(session=session, public_key=public_key, bound_at=at)


@transaction.atomic
def accept_act(*, device: DeviceKey, person: int | None, act: Act | None, at: datetime) -> None:
    """Note that the device did this, once. The nonce is kept as long as receipts are.

    Raises:
        SignatureMissing: it is unsigned, signed by another key or for another request, or too old.
        ActReplayed: it came before.
    """
    if act is None or not _is_signed(device, act, at):
        raise SignatureMissing
    receipt = once(
        key=f"{device.pk}:{act.nonce}",
        door=DOOR,
        person=person,
        request=act.message,
        at=at,
        action=lambda: Response(status=200, body={}),
    )
    if receipt.is_replayed:
        raise ActReplayed
    DeviceKey.objects.filter(pk=device.pk).update(used_at=at)


def _is_signed(device: DeviceKey, act: Act, at: datetime) -> bool:
    is_timely = abs(at.timestamp() - act.seconds) <= LATEST.total_seconds()
    return (
        is_timely
        and 1 <= len(act.nonce) <= NONCE_LENGTH
        and p256.verify(bytes(device.public_key), act.message, act.signature)
    )


@transaction.atomic
def doubt_device(*, device: DeviceKey, person: int, at: datetime) -> bool:
    """Mark the session of the device, and record DeviceDoubted once; return if it is news.

    The session stays: who has the device still signs, and who has not can count nothing.
    """
    fresh = DeviceKey.objects.filter(pk=device.pk, doubted_at=None).update(doubted_at=at)
    if fresh:
        record(DeviceDoubted(person=person, device=device.pk), actor=None, at=at)
    return bool(fresh)


@transaction.atomic
def release_device(*, device: DeviceKey) -> None:
    """Take the key from its session, when its person has shown anew who it is."""
    DeviceKey.objects.filter(pk=device.pk).delete()


@transaction.atomic
def follow_session(*, account: Account, old: str, new: str) -> None:
    """Let what is known of a session go on under its new name."""
    UserSession.objects.filter(user=account, session_key=old).update(session_key=new)
