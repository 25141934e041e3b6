"""Numbers that science and patent offices give: read leniently, kept in one form."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused

# A subclass alone, or a whole symbol: a known library allows too few digits of both groups.
_IPC = re.compile(r"([A-H]\d{2}[A-Z])(?: ?(\d{1,4})/(\d{2,6}))?")
_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:? ?)?(10\.\d{4,9}/[^\s<>\"]+)", re.IGNORECASE
)


class IpcMalformed(Refused):
    code = "IPC_FORM"
    message = _("“{text}”不是 IPC 分类号。请写成 A61K 31/495 或 A61K 这样。")
    message_en = "“{text}” is not an IPC symbol. Please write it like A61K 31/495 or A61K."


class DoiMalformed(Refused):
    code = "DOI_FORM"
    message = _("“{text}”不是 DOI。请写成 10.1000/182 这样。")
    message_en = "“{text}” is not a DOI. Please write it like 10.1000/182."


def ipc(text: str, *, field: str | None = None) -> str:
    """Return a symbol of the international patent classification as `A61K 31/495` or `A61K`."""
    tidy = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    found = _IPC.fullmatch(tidy)
    if found is None:
        raise IpcMalformed(field=field, text=text)
    subclass, group, subgroup = found.groups()
    return f"{subclass} {group}/{subgroup}" if group else subclass


def doi(text: str, *, field: str | None = None) -> str:
    """Return the bare DOI, whether it came as a link, with its name, or bare."""
    found = _DOI.fullmatch(" ".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        raise DoiMalformed(field=field, text=text)
    return found[1]
