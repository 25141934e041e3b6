"""A browser that holds the key of a device: what static/js/device.js does, in Python."""

import base64
import hashlib
import json
from collections.abc import Mapping
from itertools import count
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.utils.timezone import now
from tests.makers import PASSWORD

from kehui.people.models import Account

BIND = "/me/devices/key/"
numbers = count(1)


def make_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


def public_of(key: EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def raw_signature(key: EllipticCurvePrivateKey, message: bytes) -> bytes:
    """Return r and s as WebCrypto writes them."""
    r, s = decode_dss_signature(key.sign(message, ECDSA(SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def signed(
    key: EllipticCurvePrivateKey,
    path: str,
    fields: Mapping[str, str | list[str]],
    *,
    method: str = "POST",
    late: int = 0,
) -> dict[str, str | list[str]]:
    """Return the fields with the signature of this device, written `late` seconds ago."""
    rows = sorted(
        (name, each)
        for name, value in fields.items()
        for each in ([value] if isinstance(value, str) else value)
    )
    body = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("\\r\\n", "\\n")
    seconds, nonce = str(int(now().timestamp()) - late), f"nonce-{next(numbers)}"
    digest = hashlib.sha256(body.encode()).hexdigest()
    words = f"kehui-act-1\n{method}\n{path}\n{digest}\n{seconds}\n{nonce}"
    signature = base64.b64encode(raw_signature(key, words.encode())).decode()
    added = {"device_time": seconds, "device_nonce": nonce, "device_signature": signature}
    return {**fields, **added}


def sign_in(client: Client, account: Account) -> None:
    given = {"username": account.username, "password": PASSWORD}
    assert client.post("/sign-in/", given).status_code == 302


def bind(client: Client, key: EllipticCurvePrivateKey) -> int:
    """Bind the session to the key; return the status of the answer."""
    said = {"public_key": base64.b64encode(public_of(key)).decode()}
    return client.post(BIND, said).status_code


def again(client: Client, onward: str) -> str:
    """Give the password once more; return where it leads."""
    answer = client.post("/me/again/", {"password": PASSWORD, "next": onward})
    return str(answer.headers["Location"])


def question(onward: str) -> str:
    return f"/me/again/?{urlencode({'next': onward})}"
