"""Who holds the master keys and the index keys: the protocol, and what can go wrong."""

from typing import Protocol

from django.utils.translation import gettext_lazy as _

from kehui.core.crypto import Profile
from kehui.core.errors import Refused


class KeyUnknown(Refused):
    """The master key `name` is not among those we hold."""

    code = "KEY_UNKNOWN"
    message = _("缺少主密钥 {name}，这一项读不出来。请把备份的密钥文件放回密钥文件夹。")
    message_en = (
        "The master key {name} is missing, so this cannot be read. "
        "Please put the saved key files back into the key folder."
    )
    status = 503


class KeyFileBroken(Refused):
    code = "KEY_FILE"
    message = _("密钥文件 {file} 读不懂。请从备份放回原来的文件，不要改写。")
    message_en = (
        "The key file {file} cannot be read. Please put the saved file back, and do not rewrite it."
    )
    status = 503


class KeyServiceDown(Refused):
    code = "KEY_SERVICE_DOWN"
    message = _("密钥服务暂时没有答复，什么也没有改动。请稍后再试。")
    message_en = "The key service does not answer; nothing was changed. Please try again later."
    status = 503


class KeyServiceRefused(Refused):
    code = "KEY_SERVICE_REFUSED"
    message = _("密钥服务拒绝了请求（{why}）。什么也没有改动，请联系运维人员。")
    message_en = "The key service refused ({why}). Nothing was changed; please tell the operator."
    status = 503


class KeyHolder(Protocol):
    """Wraps keys and makes index codes; never hands out a master key or an index key.

    Everything here raises KeyServiceDown or KeyServiceRefused where a service holds the keys.
    """

    @property
    def profile(self) -> Profile:
        """Return the profile of new keys."""
        ...

    def master(self) -> str:
        """Return the name of the master key that wraps from now on, 16 hexadecimal digits."""
        ...

    def wrap(self, secret: bytes, *, bound: bytes) -> tuple[str, bytes]:
        """Return the name of the master key and the secret wrapped by it."""
        ...

    def unwrap(self, wrapped: bytes, *, master: str, bound: bytes) -> bytes:
        """Return the secret.

        Raises:
            KeyUnknown: we do not hold this master key.
            BrokenSealError: changed, cut off, or bound to another place.
        """
        ...

    def codes(self, column: str, data: bytes) -> list[bytes]:
        """Return 32 bytes for each index key we hold, today's first."""
        ...
