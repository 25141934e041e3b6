"""E-mail addresses: read leniently, kept in one form, shown masked. No message repeats one."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused

LONGEST = 254  # RFC 5321, the path without its brackets
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_LONGEST_LOCAL = 64


class EmailMalformed(Refused):
    code = "EMAIL_FORM"
    message = _("看不懂这个邮箱地址。请照“名字@域名”填，例如 zhang@example.cn。")
    message_en = "This is not an e-mail address. Please write name@domain."


def email_or_none(text: str) -> str | None:
    """Return the address in small letters if it is one; of one person both spellings are one."""
    address = unicodedata.normalize("NFKC", text).strip().casefold()
    local, sign, domain = address.rpartition("@")
    is_short = len(address) <= LONGEST and len(local) <= _LONGEST_LOCAL
    if not (sign and is_short and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        return None
    return address


def email(text: str, *, field: str | None = None) -> str:
    """Return an e-mail address in its one form.

    Raises:
        EmailMalformed: it is none.
    """
    address = email_or_none(text)
    if address is None:
        raise EmailMalformed(field=field)
    return address


def masked_email(address: str) -> str:
    """Show the first letter and the domain: its owner knows it again, others learn little."""
    local, _sign, domain = address.rpartition("@")
    return f"{local[:1]}****@{domain}"
