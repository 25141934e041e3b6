"""Numbers that people read out: `KH-510100-26-000042C`."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.core.uscc import ALPHABET, check_character

_FORM = re.compile(rf"KH-?(\d{{6}})-?(\d{{2}})-?(\d{{6,}})([{ALPHABET}])")


class NumberMistyped(Refused):
    code = "NUMBER_CHECK"
    message = _("编号“{text}”有误。请逐位核对。")
    message_en = "The number “{text}” is mistyped. Please compare it character by character."


def write(*, region: str, year: int, serial: int) -> str:
    """Return the number with its check character, over region, year and serial (mod 31)."""
    body = f"{region:0>6}{year % 100:02}{serial:06}"
    return f"KH-{body[:6]}-{body[6:8]}-{body[8:]}{check_character(body)}"


def parse(text: str, *, field: str | None = None) -> str:
    """Return the number as `write` gives it, from what a person typed.

    Raises:
        NumberMistyped: the form or the check character is wrong.
    """
    tidy = "".join(unicodedata.normalize("NFKC", text).upper().split())
    form = _FORM.fullmatch(tidy)
    if form is None or check_character(form[1] + form[2] + form[3]) != form[4]:
        raise NumberMistyped(field=field, text=text)
    return f"KH-{form[1]}-{form[2]}-{form[3]}{form[4]}"
