"""The colors are legible on every surface they are used on, and the CSS stays within its floor."""

import re
from pathlib import Path

import pytest
from pytest_django import Settings

from kehui.web import stylesheet

WEB = Path(stylesheet.__file__).parent
CSS = stylesheet.SOURCES
TEXT, GRAPHIC = 4.5, 3.0

LIGHT = (
    "zhi-0 zhi-50 zhi-100 zhi-200 qing-50 qing-100 xing-50 xing-100 zhu-50 zhu-100 dian-50 "
    "dian-100 zhu2-50 zhu2-100"
).split()
DARK = ["qing-700", "qing-800", "qing-900"]
TEXT_EVERYWHERE = ["mo-900", "mo-700", "mo-500", "qing-800", "qing-700", "zhu-700"]
TEXT_ON = {
    "xing-800": ["zhi-0", "zhi-50", "xing-50", "xing-100"],
    "xing-700": ["zhi-0", "zhi-50", "zhi-100", "xing-50", "xing-100"],
    "dian-700": ["zhi-0", "dian-50", "dian-100"],
    "zhu2-700": ["zhi-0", "zhi-50", "zhi-100", "zhu2-50", "zhu2-100"],
    "zhi-0": ["qing-700", "qing-800", "qing-900", "zhu-600"],
}
GRAPHICS = ["focus", "zhi-500", "qing-600", "xing-500", "zhu-600", "zhu2-500", "dian-500"]


def _tokens() -> dict[str, str]:
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", text))


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    tokens = _tokens()
    low, high = sorted((_luminance(tokens[one]), _luminance(tokens[other])))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("surface", LIGHT)
@pytest.mark.parametrize("ink", TEXT_EVERYWHERE)
def test_text_reads_on_every_light_surface(ink: str, surface: str) -> None:
    assert _contrast(ink, surface) >= TEXT


@pytest.mark.parametrize(("ink", "surfaces"), TEXT_ON.items())
def test_colored_text_reads_where_it_is_used(ink: str, surfaces: list[str]) -> None:
    assert [s for s in surfaces if _contrast(ink, s) < TEXT] == []


@pytest.mark.parametrize("surface", LIGHT)
@pytest.mark.parametrize("mark", GRAPHICS)
def test_rings_borders_and_bars_show_on_every_light_surface(mark: str, surface: str) -> None:
    assert _contrast(mark, surface) >= GRAPHIC


@pytest.mark.parametrize("surface", DARK)
def test_the_ring_shows_on_dark_surfaces(surface: str) -> None:
    assert _contrast("focus-dark", surface) >= GRAPHIC


def test_the_white_inner_ring_parts_a_teal_control_from_the_outer_ring() -> None:
    assert _contrast("zhi-0", "qing-700") >= GRAPHIC
    assert _contrast("zhi-0", "focus") >= GRAPHIC


def test_every_token_used_is_defined() -> None:
    whole = stylesheet.joined()
    defined = set(re.findall(r"(--[a-z0-9-]+):", whole))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", whole)) - defined == set()


@pytest.mark.parametrize("path", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_the_css_runs_on_old_browsers(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    too_new = re.findall(r"@layer|:has\(|@container|oklch\(|color-mix\(|dvh|@import|:is\(", text)
    assert too_new == []
    # Nesting: a brace inside a rule that is not an at-rule
    flat = re.sub(r"@(media|font-face)[^{]*\{", "", text)
    assert re.findall(r"\{[^{}]*\{", flat) == []
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_every_part_is_in_the_style_sheet() -> None:
    assert {path.stem for path in CSS.glob("*.css")} == set(stylesheet.PARTS)


def test_the_finder_gives_one_file_with_every_part(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    finder = stylesheet.StylesheetFinder()
    found = Path(finder.find(stylesheet.NAME))
    assert found.read_text(encoding="utf-8") == stylesheet.joined()
    assert finder.find("css/other.css") is None
    assert finder.find("css/other.css", find_all=True) == []
    assert finder.find(stylesheet.NAME, find_all=True) == [str(found)]
    assert [name for name, _ in finder.list(None)] == [stylesheet.NAME]


@pytest.mark.parametrize("size", ["rem", "px"])
def test_radii_and_shadows_aside_sizes_are_in_rem(size: str) -> None:
    sizes = re.findall(rf"font-size: [\d.]+{size};", stylesheet.joined())
    assert bool(sizes) is (size == "rem")
