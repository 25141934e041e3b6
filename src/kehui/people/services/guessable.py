"""Passwords that whoever knows this platform would try first."""

import re
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kehui.core import regions

# docs/security/accounts.md tells them
WORDS: Final = (
    "kehui", "科汇", "keji", "科技", "kejiting", "科技厅", "sichuan", "四川", "xuqiu", "需求",
    "suoneng", "所能", "market", "admin", "administrator", "operator", "guanliyuan", "管理员",
    "password", "passwd", "mima", "密码", "welcome", "huanying",
)  # fmt: skip
YEARS: Final = re.compile(r"(?:19|20)[0-9]{2}")
LEFT_AT_LEAST: Final = 6  # signs beside such words and a year


def words() -> list[str]:
    """Return the words of the context, the longest first: those above and those of the operator."""
    own = (settings.BRAND, settings.OPERATOR, settings.SUPPORTER, regions.name_of(settings.REGION))
    every = {each.casefold() for each in (*WORDS, *own) if each}
    return sorted(every, key=lambda word: (-len(word), word))


class NotOurWords:
    """Refuse a password of which little is left without our own words, years and punctuation."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002 - Django's form
        """Accept the password.

        Raises:
            ValidationError: fewer than LEFT_AT_LEAST signs are left.
        """
        whole = left = password.casefold()
        for word in words():
            left = left.replace(word, " ")
        rest = re.sub(r"[\W_]+", "", YEARS.sub(" ", left))
        if left != whole and len(rest) < LEFT_AT_LEAST:
            raise ValidationError(self.get_help_text(), code="password_of_our_words")

    def get_help_text(self) -> str:
        return _("密码不要由平台名、地名和年份拼成。")
