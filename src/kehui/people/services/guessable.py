"""Passwords that whoever knows this platform would try first."""

import re
from collections.abc import Iterable
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


def words() -> set[str]:
    """Return the words of the context: those above and those of the operator."""
    own = (settings.BRAND, settings.OPERATOR, settings.SUPPORTER, regions.name_of(settings.REGION))
    return {each.casefold() for each in (*WORDS, *own) if each}


def is_mostly(password: str, words: Iterable[str]) -> bool:
    """Say whether fewer than LEFT_AT_LEAST signs are left without words, years and punctuation."""
    whole = left = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    rest = re.sub(r"[\W_]+", "", YEARS.sub(" ", left))
    return left != whole and len(rest) < LEFT_AT_LEAST


class NotOurWords:
    """Refuse a password of which little is left without our own words, years and punctuation."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002 - Django's form
        """Accept the password.

        Raises:
            ValidationError: it is mostly of them.
        """
        if is_mostly(password, words()):
            raise ValidationError(self.get_help_text(), code="password_of_our_words")

    def get_help_text(self) -> str:
        return _("密码不要由平台名、地名和年份拼成。")
