"""The domain dictionary: conflicts, lists, and that it works at once."""

import pytest
from tests.makers import NOW, make_operator, make_person

from kehui.market.models import DomainTerm
from kehui.market.selectors import terms as selectors
from kehui.market.services.terms import (
    MOST_SYNONYMS,
    TermExists,
    TermMalformed,
    TooManyLines,
    TooManySynonyms,
    add_term,
    change_term,
    import_terms,
    remove_term,
)
from kehui.people.services import NotAnOperator

pytestmark = pytest.mark.django_db


def other_names(text: str) -> list[str]:
    return [name for each in selectors.lexicon().mentions(text) for name in each.other_names]


def test_a_term_is_known_at_once_and_every_change_changes_the_stamp() -> None:
    person = make_operator()
    stamps = [selectors.stamp()]
    first = add_term(term="热障涂层", synonyms=["TBC"], person=person, at=NOW)
    stamps.append(selectors.stamp())
    assert other_names("tbc") == ["热障涂层"]

    change_term(
        entry=first, term="热障涂层", synonyms=["高温涂层"], person=person, at=NOW.replace(minute=1)
    )
    stamps.append(selectors.stamp())
    assert other_names("tbc") == []

    remove_term(entry=first, person=person, at=NOW)
    stamps.append(selectors.stamp())
    assert len(selectors.lexicon()) == 0
    assert len(set(stamps[:-1])) == 3
    assert stamps[-1] != stamps[-2]


@pytest.mark.parametrize(
    ("term", "synonyms", "field"),
    [("热障涂层", [], "term"), ("tbc", [], "term"), ("新词", ["ＴＢＣ"], "synonyms")],
)
def test_a_name_belongs_to_one_term(term: str, synonyms: list[str], field: str) -> None:
    person = make_operator()
    add_term(term="热障涂层", synonyms=["TBC"], person=person, at=NOW)

    with pytest.raises(TermExists) as refusal:
        add_term(term=term, synonyms=synonyms, person=person, at=NOW)

    assert refusal.value.field == field


def test_malformed_terms_are_refused() -> None:
    person = make_operator()
    for term in ("", "钢", "12", "长" * 41):
        with pytest.raises(TermMalformed):
            add_term(term=term, person=person, at=NOW)
    many = [f"说法{place}" for place in range(MOST_SYNONYMS + 1)]
    with pytest.raises(TooManySynonyms):
        add_term(term="术语", synonyms=many, person=person, at=NOW)


def test_repeated_and_empty_names_are_dropped() -> None:
    entry = add_term(
        term="电渗析", synonyms=["ED法", "", "ed法", "电渗析"], person=make_operator(), at=NOW
    )

    assert entry.synonyms == ["ED法"]


def test_only_operators_write() -> None:
    with pytest.raises(NotAnOperator):
        add_term(term="电渗析", person=make_person(), at=NOW)


def test_of_a_list_the_good_lines_go_in() -> None:
    lines = ["电渗析，ED法、电驱动膜", "", "钢", "ED法", "反渗透;RO膜"]

    verdicts = import_terms(lines=lines, person=make_operator(), at=NOW)

    assert [(each.number, each.refusal.code if each.refusal else "") for each in verdicts] == [
        (1, ""),
        (3, "TERM_FORM"),
        (4, "TERM_EXISTS"),
        (5, ""),
    ]
    assert set(DomainTerm.objects.values_list("term", flat=True)) == {"电渗析", "反渗透"}


def test_a_list_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kehui.market.services.terms.MOST_LINES", 1)

    with pytest.raises(TooManyLines):
        import_terms(lines=["甲词", "乙词"], person=make_operator(), at=NOW)


def test_terms_are_found_by_their_other_names() -> None:
    entry = add_term(term="电渗析", synonyms=["ED法"], person=make_operator(), at=NOW)

    assert [each.pk for each in selectors.listed("ED")] == [entry.pk]
    assert [each.pk for each in selectors.listed()] == [entry.pk]
