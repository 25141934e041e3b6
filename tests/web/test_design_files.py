"""What we serve is what the lock says, and no page needs an inline style or script."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from kehui.web import stylesheet

WEB = Path(stylesheet.__file__).parent
STATIC = WEB / "static"
AUDIT = Path(__file__).parents[1] / "browser" / "vendor"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
HAN = "[\u4e00-\u9fff]"


@pytest.mark.parametrize(
    ("base", "lock"),
    [(STATIC, STATIC / "vendor" / "vendor.lock.json"), (AUDIT, AUDIT / "vendor.lock.json")],
    ids=["served", "audit"],
)
def test_vendored_files_are_what_their_lock_says(base: Path, lock: Path) -> None:
    rows = json.loads(lock.read_text(encoding="utf-8"))
    assert rows
    for row in rows:
        digest = hashlib.sha256((base / row["file"]).read_bytes()).hexdigest()
        assert (row["file"], digest) == (row["file"], row["sha256"])
        assert row["license"]
        assert row["version"]


def test_nothing_third_party_is_served_outside_the_lock() -> None:
    rows = json.loads((STATIC / "vendor" / "vendor.lock.json").read_text(encoding="utf-8"))
    held = {STATIC / row["file"] for row in rows}
    there = [*(STATIC / "vendor").iterdir(), *(STATIC / "fonts").iterdir(), STATIC / "icons.svg"]
    assert {path for path in there if path.name != "vendor.lock.json"} == held


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\sstyle=|<style|\son[a-z]+=\"|javascript:|hx-on", text) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text) == []
    assert not re.search(r"\|\s*safe\b|autoescape off", text)
    assert re.findall(r"(?:src|href|action)=[\"']https?://", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_use_full_width_punctuation_after_han(path: Path) -> None:
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text(encoding="utf-8"))
    text = re.sub(r"</?(b|span|a|small|strong|em|mark)\b[^>]*>", "", text)
    assert re.findall(rf"{HAN}[,;:?!](?![a-z/])", text) == []


def test_every_icon_named_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "icons.svg").read_text()))
    named: dict[str, str] = {}
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r'\bicon[ =]"([a-z0-9-]+)"', text):
            named.setdefault(name, path.name)
    assert {name: at for name, at in named.items() if name not in drawn} == {}


def test_scripts_are_plain_and_need_no_eval() -> None:
    for path in sorted((STATIC / "js").glob("*.js")):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\beval\(|new Function|innerHTML|\?\?|#[a-z]+\s*=|\.at\(", text) == []
        assert len(text.splitlines()) <= 300
