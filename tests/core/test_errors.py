"""Refusals speak both languages and keep their code."""

from typing import ClassVar

import pytest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kehui.core.errors import Refused


class TooDear(Refused):
    code = "TOO_DEAR"
    message: ClassVar[str | Promise] = _("不能超过 {limit} 元。")
    message_en = "At most {limit} yuan."
    status = 409
    field = "price"


def test_a_refusal_speaks_the_language_of_the_reader() -> None:
    refusal = TooDear(limit=500)
    with override("zh-hans"):
        assert str(refusal) == "不能超过 500 元。"
    with override("en"):
        assert str(refusal) == "At most 500 yuan."
        assert refusal.chinese == "不能超过 500 元。"
    with override(None):
        assert str(refusal) == "不能超过 500 元。"
    assert refusal.english == "At most 500 yuan."


def test_a_refusal_may_name_another_field() -> None:
    assert TooDear(limit=1).field == "price"
    assert TooDear(limit=1, field="budget").field == "budget"
    assert Refused().field is None


def test_a_class_alone_can_be_raised() -> None:
    with pytest.raises(Refused) as refusal:
        raise Refused
    assert (refusal.value.code, refusal.value.status) == ("REFUSED", 422)
    assert refusal.value.chinese == "此操作未被允许。"
