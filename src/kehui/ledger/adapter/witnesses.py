"""Witnesses over HTTP (C2SP tlog-witness): one question, a short answer, no redirect, no proxy."""

import base64
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kehui.core import outbound
from kehui.core.errors import Refused
from kehui.engines.merkle import COSIGNED, Note, Signature, VerifierKey, cosigned_text

SECONDS: Final = 10.0
MOST_BYTES: Final = 64 * 1024
TIME_BYTES: Final = 8


class WitnessSettingWrong(Refused):
    code = "WITNESS_SETTING"
    message = _("设置 KEHUI_WITNESSES 里的“{found}”应写成：公钥、空格、网址；多个之间用逗号。")
    message_en = (
        "In the setting KEHUI_WITNESSES, “{found}” should be a key, a space and an address, "
        "with commas between several."
    )


@dataclass(frozen=True)
class Chosen:
    """A witness that the operator has chosen: who it is, and where it answers."""

    key: VerifierKey
    url: str

    def ask(self, body: str, *, seconds: float = SECONDS) -> "Answer":
        """Ask for a cosignature. Waited for that long and no longer, however the answer drips."""
        try:
            answer = outbound.ask(
                outbound.own_service(self.url).under("/add-checkpoint"),
                body=body.encode(),
                headers={},
                seconds=seconds,
                most_bytes=MOST_BYTES,
            )
        except (outbound.NoAnswer, outbound.PlaceForbidden):
            return Answer(0, "")
        return Answer(answer.status, answer.body.decode("utf-8", "replace"))


@dataclass(frozen=True)
class Answer:
    """What a witness said: its status, or 0 when it did not answer."""

    status: int
    text: str

    @property
    def size(self) -> int | None:
        """The size it saw last, when it says that ours is another."""
        told = self.text.strip()
        is_size = self.status == 409 and told.isascii() and told.isdecimal()
        return int(told) if is_size else None

    @property
    def lines(self) -> list[Signature]:
        """The signatures of a good answer; a line that is none is passed over."""
        found = []
        if self.status == 200:
            for line in self.text.splitlines():
                with suppress(ValueError):
                    found.append(Signature.parse(line))
        return found


def chosen_witnesses() -> list[Chosen]:
    """Read the setting.

    Raises:
        WitnessSettingWrong: it cannot be read.
    """
    return [_chosen(each.strip()) for each in settings.WITNESSES.split(",") if each.strip()]


def _chosen(told: str) -> Chosen:
    key, _, url = told.partition(" ")
    try:
        parsed = VerifierKey.parse(key)
        outbound.own_service(url.strip())
    except (ValueError, Refused) as error:
        raise WitnessSettingWrong(found=told) from error
    if parsed.kind != COSIGNED:
        raise WitnessSettingWrong(found=told)
    return Chosen(parsed, url.strip())


def question(*, old: int, proof: list[bytes], note: Note) -> str:
    """Return what a witness is asked: the size it knows, the proof from there, the checkpoint."""
    told = "".join(f"{base64.b64encode(each).decode()}\n" for each in proof)
    return f"old {old}\n{told}\n{note}"


def cosignature_of(witness: Chosen, *, note: Note, answer: Answer) -> Signature | None:
    """Return the signature of this witness in its answer, if there is one and it is true."""
    found = witness.key.signature(Note(note.text, tuple(answer.lines)))
    if found is None:
        return None
    time, value = found.value[:TIME_BYTES], found.value[TIME_BYTES:]
    try:
        signed = cosigned_text(note.text, int.from_bytes(time, "big"))
        Ed25519PublicKey.from_public_bytes(witness.key.public).verify(value, signed)
    except (InvalidSignature, ValueError):
        return None
    return found
