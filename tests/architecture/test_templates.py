"""Templates: nothing inline, no third party, Chinese written as Chinese is."""

import re
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from tests.architecture.source import TEMPLATES, templates

from kehui.core import regions

FORBIDDEN: Final = ("打卡", "排行榜", "在线时长", "点赞")  # of staff and of citizens alike
HAN: Final = r"[\u4e00-\u9fff]"


def visible(path: Path) -> str:
    """Return the template without comments, tags of the language and markup."""
    text = path.read_text("utf-8")
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", text, flags=re.DOTALL)
    words = " ".join(re.findall(r"{% translate ['\"](.*?)['\"]", text))
    return words + "\n" + re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", text, flags=re.DOTALL)


@pytest.fixture(params=templates(), ids=lambda path: str(path.relative_to(TEMPLATES)))
def template(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_nothing_stands_inline(template: Path) -> None:
    text = template.read_text("utf-8")

    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>", text)
    assert "javascript:" not in text


def test_nothing_comes_from_elsewhere(template: Path) -> None:
    text = template.read_text("utf-8")

    assert re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//[^\"']*", text) == []


def test_nobody_is_counted_or_ranked(template: Path) -> None:
    assert [word for word in FORBIDDEN if word in template.read_text("utf-8")] == []


def test_chinese_is_written_with_its_own_punctuation(template: Path) -> None:
    assert re.findall(rf"{HAN}[,;:?!]|{HAN}\.(?!\w)|{HAN}\s?\(|\)\s?{HAN}", visible(template)) == []


def test_brand_and_province_are_settings(template: Path) -> None:
    if "styleguide" in template.parts:
        return
    place = regions.name_of(settings.REGION)

    text = visible(template)

    assert settings.BRAND not in text
    assert place.removesuffix("省") not in text
