"""What the operator says, and the policy profile it runs under."""

import tomllib
from typing import Any

import pytest
from django.core.cache import caches
from pytest_django import DjangoAssertNumQueries, Settings

from kehui.core import operator, policies
from kehui.core.models import SiteWord


@pytest.mark.django_db
def test_what_was_changed_stands_before_what_was_installed(settings: Settings) -> None:
    settings.OPERATOR, settings.HOTLINE = "某科协", "028-11112222"
    SiteWord.objects.create(name="operator", text="另一家科协")
    SiteWord.objects.create(name="of_an_older_release", text="没有这一项了")
    operator.forget()

    words = operator.words()

    assert (words["operator"], words["hotline"]) == ("另一家科协", "028-11112222")
    assert set(words) == set(operator.SETTINGS)


@pytest.mark.django_db
def test_a_process_remembers(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    operator.forget()

    with django_assert_num_queries(1):
        operator.words()
        operator.words()


def test_every_word_has_a_label() -> None:
    assert set(operator.LABELS) == set(operator.SETTINGS)


def test_the_strict_profile_allows_little() -> None:
    assert policies.in_force() == "gov_operator"
    assert not policies.allows("points")
    assert not policies.allows("compared_places")  # per case is not in general
    assert policies.allows("complaints")


def test_the_other_profile_lets_the_operator_choose(settings: Settings) -> None:
    settings.POLICY_PROFILE = "open_operator"

    assert policies.allows("points")
    assert not policies.allows("paid_places")
    assert not policies.allows("rankings_of_people")
    assert policies.allows("complaints")


def test_a_profile_that_nobody_knows_is_the_strict_one(settings: Settings) -> None:
    settings.POLICY_PROFILE = "anything_goes"

    assert policies.in_force() == "gov_operator"


def test_a_changed_profile_counts() -> None:
    caches["process"].set(operator.REMEMBERED_AS, {"policy_profile": "open_operator"}, None)

    assert policies.allows("points")


def test_a_switch_that_nobody_knows_is_no_leave() -> None:
    with pytest.raises(KeyError):
        policies.allows("pionts")


def test_every_rule_speaks_both_languages_and_names_its_article() -> None:
    for rule in policies.profiles().rules.values():
        assert rule.word.chinese, rule.code
        assert rule.word.english, rule.code
        assert rule.article.chinese, rule.code
        assert set(rule.states) == set(policies.profiles().profiles), rule.code


def test_a_state_that_nobody_knows_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    known = tomllib.loads

    def spoiled(text: str) -> dict[str, Any]:
        said: dict[str, Any] = known(text)
        said["rules"]["points"]["gov_operator"] = "perhaps"
        return said

    policies.profiles.cache_clear()
    monkeypatch.setattr("kehui.core.policies.tomllib.loads", spoiled)
    with pytest.raises(KeyError, match="perhaps"):
        policies.profiles()
    policies.profiles.cache_clear()
