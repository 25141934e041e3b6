"""The one family of errors that people are meant to read."""

from typing import ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error of the program
    """A rule of the domain forbids this action, and the message says why.

    Doors turn it into a form error, a JSON problem or an exit code. Anything
    that is not a Refused is a bug: let it rise.

    `message` and `message_en` may hold `{name}` places; the same parameters
    fill both: `raise TooDear(limit_yuan=500)`.
    """

    code: ClassVar[str] = "REFUSED"  # for machines; never reworded once released
    message: ClassVar[str | Promise] = _("此操作未被允许。")
    message_en: ClassVar[str] = "This action is not allowed."
    status: ClassVar[int] = 422
    field: str | None = None

    def __init__(self, *, field: str | None = None, **params: object) -> None:
        super().__init__(self.code)
        self.params = params
        if field is not None:
            self.field = field

    def __str__(self) -> str:
        return self.english if (get_language() or "zh").startswith("en") else self.chinese

    @property
    def chinese(self) -> str:
        with override(settings.LANGUAGE_CODE):  # Chinese is the source language
            return str(self.message).format(**self.params)

    @property
    def english(self) -> str:
        return self.message_en.format(**self.params)
