"""The key of the audit log and what it signed last: in a folder, never in the database.

    key        the private key (PEM), readable by its owner alone
    head       the last checkpoint signed; nothing that contradicts it is ever signed
    keys.txt   every public key the log has had, one line each
    ended/     keys that a restart has put out of use

Who can change every row of the database still cannot sign, and whatever the database says, the key
signs no second history.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.engines.merkle import Checkpoint, Note, Signature, VerifierKey, sha256


class KeyUnusable(Refused):
    code = "LOG_KEY"
    message = _("审计日志的签名文件 {file} 读不懂。请从妥善保管的副本放回原文件。")
    message_en = (
        "The file {file} of the audit log's key cannot be read. "
        "Please put it back from the copy you keep."
    )
    status = 409


def folder() -> Path:
    return Path(settings.AUDIT_DIR)


@dataclass(frozen=True)
class LogKey:
    """The key that is in force, and its name."""

    private: Ed25519PrivateKey
    public: VerifierKey

    @classmethod
    def open(cls, seed: bytes) -> "LogKey":
        """Open the key, or make one of the seed (32 random bytes) when there is none.

        Raises:
            KeyUnusable: the file holds no key.
        """
        if not (folder() / "key").exists():
            _make(seed)
        found = cls.existing()
        if str(found.public) not in public_keys():  # new, or under another name since
            append_durably(folder() / "keys.txt", f"{found.public}\n".encode())
        return found

    @classmethod
    def existing(cls) -> "LogKey":
        """Open the key that is there.

        Raises:
            KeyUnusable: there is none.
        """
        try:
            private = load_pem_private_key((folder() / "key").read_bytes(), None)
        except (OSError, ValueError) as error:
            raise KeyUnusable(file="key") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise KeyUnusable(file="key")
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return cls(private, VerifierKey(_origin(public), public))

    def sign(self, checkpoint: Checkpoint) -> Note:
        """Sign a checkpoint, and keep it on the disk before anybody sees it."""
        text = checkpoint.text()
        value = self.private.sign(text.encode())
        note = Note(text, (Signature(self.public.name, self.public.id, value),))
        write_durably(folder() / "head", str(note).encode())
        return note

    def retire(self) -> None:
        """Put the key and what it signed last aside, so that the next seal makes another."""
        ended = folder() / "ended"
        ended.mkdir(mode=0o700, exist_ok=True)
        for name in ("key", "head"):  # the key first: without its head it would sign anything
            with suppress(FileNotFoundError):
                (folder() / name).rename(ended / f"{name}-{self.public.id.hex()}")


def head() -> tuple[Note, Checkpoint] | None:
    """Return what was signed last, or nothing when nothing was.

    Raises:
        KeyUnusable: the file holds no checkpoint.
    """
    try:
        note = Note.parse((folder() / "head").read_text("utf-8"))
        return note, Checkpoint.parse(note.text)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise KeyUnusable(file="head") from error


def public_keys() -> list[str]:
    """Return every key the log has had, the one in force last."""
    with suppress(FileNotFoundError):
        return (folder() / "keys.txt").read_text("utf-8").splitlines()
    return []


def _origin(public: bytes) -> str:
    return settings.AUDIT_ORIGIN or f"kehui-{settings.REGION}/{sha256(public)[:4].hex()}"


def _make(seed: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    folder().mkdir(parents=True, exist_ok=True)
    folder().chmod(0o700)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_durably(folder() / "key", pem)


def write_durably(path: Path, data: bytes) -> None:
    """Put the file under its name when it is whole and on the disk."""
    partial = path.with_name(f".{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    _write(descriptor, data)
    partial.replace(path)
    _sync_folder(path)


def append_durably(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    _write(descriptor, data)
    _sync_folder(path)


def _write(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
