from datetime import timedelta
from typing import Any

import pytest
from tests.makers import NOW, make_account, make_operator, make_person

from kehui.ledger.models import Entry
from kehui.people import selectors, services
from kehui.people.facts import TokenIssued, TokenRevoked
from kehui.people.models import ApiToken, Person

pytestmark = pytest.mark.django_db
READ, PUBLISH, METRICS = ApiToken.Scope.READ, ApiToken.Scope.PUBLISH, ApiToken.Scope.METRICS
SECRET = "kehui_0123456789abcdefghijklmnopqrstuvwxyz"


def issue(person: Person, **changed: Any) -> ApiToken:
    values: dict[str, Any] = {
        "name": "月报程序",
        "scopes": [READ],
        "secret": SECRET,
        "at": NOW,
    } | changed
    return services.issue_token(person=person, **values)


def owner() -> Person:
    person = make_account(person=make_person()).person
    assert person is not None
    return person


def test_a_token_keeps_the_hash_and_never_the_key() -> None:
    person = owner()

    token = issue(person, scopes=[READ, PUBLISH, READ])

    token.refresh_from_db()
    assert bytes(token.hash) == selectors.token_hash(SECRET)
    assert SECRET not in str(vars(token))
    assert (token.scopes, token.expires_at) == (["publish", "read"], NOW + timedelta(days=365))
    assert list(selectors.tokens_of(person)) == [token]
    assert [TokenIssued.of(entry) for entry in Entry.objects.all()] == [
        TokenIssued(token=token.pk, person=person.pk, scopes=("publish", "read"))
    ]


@pytest.mark.parametrize("name", [" ", "名" * 41])
def test_a_token_has_a_name(name: str) -> None:
    with pytest.raises(services.TokenNameMissing):
        issue(owner(), name=name)


@pytest.mark.parametrize("scopes", [[], [METRICS]])
def test_a_token_gives_no_right_that_its_person_lacks(scopes: list[ApiToken.Scope]) -> None:
    with pytest.raises(services.TokenOutOfScope):
        issue(owner(), scopes=scopes)


def test_an_operators_token_may_read_the_metrics() -> None:
    assert issue(make_operator(), scopes=[METRICS]).scopes == ["metrics"]


def test_use_is_noted_but_not_at_every_request() -> None:
    token = issue(owner())

    for minutes, noted in [(1, 1), (3, 1), (6, 6)]:
        at = NOW + timedelta(minutes=minutes)
        assert services.use_token(secret=SECRET, scope=READ, at=at) == token
        token.refresh_from_db()
        assert token.last_used_at == NOW + timedelta(minutes=noted)


def test_a_token_that_is_unknown_expired_or_lacks_the_right_is_refused() -> None:
    person = owner()
    issue(person)
    for secret, scope, at in [
        ("kehui_other", READ, NOW),
        (SECRET, PUBLISH, NOW),
        (SECRET, READ, NOW + timedelta(days=365)),
    ]:
        with pytest.raises(services.TokenRefused):
            services.use_token(secret=secret, scope=scope, at=at)

    person.account.is_active = False
    person.account.save()
    with pytest.raises(services.TokenRefused):
        services.use_token(secret=SECRET, scope=READ, at=NOW)


def test_a_revoked_token_is_useless_at_once_and_revoked_once() -> None:
    person = owner()
    token = issue(person)

    services.revoke_token(token=token, person=person, at=NOW)
    services.revoke_token(token=token, person=person, at=NOW + timedelta(days=1))

    token.refresh_from_db()
    assert token.revoked_at == NOW
    assert Entry.objects.filter(kind=TokenRevoked.kind).count() == 1
    with pytest.raises(services.TokenRefused):
        services.use_token(secret=SECRET, scope=READ, at=NOW)


def test_nobody_revokes_the_token_of_another() -> None:
    token = issue(owner())

    with pytest.raises(services.TokenRefused):
        services.revoke_token(token=token, person=make_person(), at=NOW)
