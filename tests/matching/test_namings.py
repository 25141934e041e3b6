"""Names are learned from what is published, and in force only when matching is not worse."""

from collections.abc import Sequence

import pytest
from django.core.management import call_command
from tests.makers import NOW
from tests.matching.pairs import AT, TEXTS, need_of, offer_of

from kehui.engines.text import Lexicon
from kehui.market.models import NamingEdition
from kehui.market.selectors import namings
from kehui.matching import adapter
from kehui.matching.services import build_index, static_models, train_names
from kehui.matching.services.static_models import TooFewTexts

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]
SAID = "我们用机械蒸汽再压缩（MVR）回收盐分。"


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put up thirty items of as many people, most of which define a name."""
    monkeypatch.setattr(static_models, "LEAST", 30)
    for number in range(10):
        for subject, (title, text) in TEXTS.items():
            put = need_of if number % 2 else offer_of
            put(subject, title=f"{title}{number}号", description=f"第{number}批：{text}{SAID}" * 2)


def measured(monkeypatch: pytest.MonkeyPatch, *worth: float) -> None:
    def known_items(_asked: object, *, lexicons: Sequence[Lexicon], **_: object) -> list[float]:
        assert len(lexicons) == len(worth)
        return [*worth]

    monkeypatch.setattr("kehui.matching.adapter.namings.engine.known_items", known_items)


@pytest.mark.usefixtures("published")
def test_what_many_owners_define_is_installed_and_matches_at_once() -> None:
    build_index(at=AT)
    assert adapter.index().lexicon.groups() == []

    result = train_names(install=True, at=AT)

    assert result.is_installed
    assert (result.texts, result.held_back, result.touched) == (27, 3, 3)
    assert result.after >= result.before > 0
    assert (result.found, result.in_force) == (1, 1)
    (pair,) = namings.learned()
    assert (pair.name, pair.other, pair.owners) == ("机械蒸汽再压缩", "mvr", 27)
    assert "机械蒸汽再压缩（MVR）" in pair.quotes[0]["words"]
    assert adapter.index().lexicon.groups() == [("mvr", "机械蒸汽再压缩")]


@pytest.mark.usefixtures("published")
def test_what_makes_matching_worse_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    measured(monkeypatch, 0.9, 0.8)

    call_command("train_names")

    assert "没有启用：比现在的差。[NOT_BETTER]" in capsys.readouterr().out
    assert not NamingEdition.objects.exists()


@pytest.mark.usefixtures("published")
def test_the_command_learns_installs_once_and_goes_back(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    measured(monkeypatch, 0.5, 0.5)

    call_command("train_names", "--dry-run")
    assert "可以启用 names-" in capsys.readouterr().out
    assert not NamingEdition.objects.exists()

    call_command("train_names")
    said = capsys.readouterr().out
    assert "读了 27 条，留出 3 条，3 条用到新叫法。" in said
    assert "学到 1 对可以直接用的，0 对等人确认或已被否决。" in said
    assert "已启用 names-" in said

    call_command("train_names")
    assert "一样，没有换。" in capsys.readouterr().out

    call_command("train_names", "--json")
    assert '"is_known": true' in capsys.readouterr().out

    call_command("train_names", "--rollback")
    assert "以后用 领域词典。" in capsys.readouterr().out
    assert adapter.built_in_name()


def test_too_little_to_learn_from_is_said() -> None:
    need_of("salt")

    with pytest.raises(TooFewTexts, match="1 条"):
        train_names(install=True, at=NOW)
