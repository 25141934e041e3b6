"""Keys in a service that wraps for us: a certified module behind HTTP (docs/operations/keys.md).

    POST <address>/wrap    {"secret": base64, "bound": base64}
                         → {"master": name, "wrapped": base64}
    POST <address>/unwrap  {"master": name, "wrapped": base64, "bound": base64}
                         → {"secret": base64}
    POST <address>/codes   {"column": text, "data": base64}
                         → {"codes": [base64, …]}, today's key first
    POST <address>/master  {}
                         → {"master": name}

404 says that the master key is unknown, 422 that the wrapped key does not open. No redirect, no
proxy; the token stands in a header and nowhere else.
"""

import base64
import json
from typing import Any

from kehui.core import outbound
from kehui.core.crypto import BrokenSealError, Profile
from kehui.core.vault.holders import KeyServiceDown, KeyServiceRefused, KeyUnknown

MOST_BYTES = 1024 * 1024
OK, UNKNOWN, BROKEN, FAILING = 200, 404, 422, 500
BUSY = 429


class KeyService:
    def __init__(self, url: str, *, token: str, seconds: float, profile: Profile) -> None:
        self._url = url
        self._token = token
        self._seconds = seconds
        self.profile = profile

    def master(self) -> str:
        return _text(self._ask("master", {}), "master")

    def wrap(self, secret: bytes, *, bound: bytes) -> tuple[str, bytes]:
        said = self._ask("wrap", {"secret": _sent(secret), "bound": _sent(bound)})
        return _text(said, "master"), _bytes(said, "wrapped")

    def unwrap(self, wrapped: bytes, *, master: str, bound: bytes) -> bytes:
        asked = {"master": master, "wrapped": _sent(wrapped), "bound": _sent(bound)}
        return _bytes(self._ask("unwrap", asked), "secret")

    def codes(self, column: str, data: bytes) -> list[bytes]:
        said = self._ask("codes", {"column": column, "data": _sent(data)})
        codes = said.get("codes")
        if not isinstance(codes, list) or not codes:
            raise KeyServiceRefused(why="codes")
        return [_bytes({"code": each}, "code") for each in codes]

    def _ask(self, verb: str, asked: dict[str, str]) -> dict[str, Any]:
        status, body = self._post(f"/{verb}", json.dumps(asked))
        if status == UNKNOWN and "master" in asked:
            raise KeyUnknown(name=asked["master"])
        if status == BROKEN and verb == "unwrap":
            raise BrokenSealError("content")
        if status >= FAILING or status == BUSY:
            raise KeyServiceDown
        if status != OK:
            raise KeyServiceRefused(why=status)
        try:
            said = json.loads(body)
        except ValueError:
            raise KeyServiceRefused(why="JSON") from None
        if not isinstance(said, dict):
            raise KeyServiceRefused(why="JSON")
        return said

    def _post(self, path: str, body: str) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            answer = outbound.ask(
                outbound.own_service(self._url).under(path),
                body=body.encode(),
                headers=headers,
                seconds=self._seconds,
                most_bytes=MOST_BYTES,
            )
        except (outbound.AddressMalformed, outbound.PlaceForbidden) as refusal:
            raise KeyServiceRefused(why=refusal.code) from refusal
        except outbound.NoAnswer as silence:
            if silence.code == "TOO_LARGE":
                raise KeyServiceRefused(why=silence.code) from silence
            raise KeyServiceDown from silence
        return answer.status, answer.body


def _sent(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise KeyServiceRefused(why=name)
    return value


def _bytes(said: dict[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(_text(said, name), validate=True)
    except ValueError:
        raise KeyServiceRefused(why=name) from None
