from datetime import timedelta
from typing import Any

import pytest
from tests.makers import NOW, make_account, make_operator, make_person

from kehui.ledger.models import Entry
from kehui.people import selectors, services
from kehui.people.facts import TokenExpiring, TokenIssued, TokenReplaced, TokenRevoked
from kehui.people.models import ApiToken, Person
from kehui.people.services import tokens

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


def test_a_token_shows_how_its_key_begins_and_from_where_it_was_used() -> None:
    token = issue(owner())
    uses = [(1, "171.213.7.0/24"), (2, "240e:38a:1b2c::/48"), (3, "240e:38a:1b2c::/48")]

    for minutes, block in uses:
        at = NOW + timedelta(minutes=minutes)
        services.use_token(secret=SECRET, scope=READ, at=at, block=block)

    token.refresh_from_db()
    assert token.prefix == "kehui_0123"
    assert token.last_used_at == NOW + timedelta(minutes=2)  # another place is noted at once
    assert token.last_used_from == "240e:38a:1b2c::/48"


def test_a_new_key_takes_the_place_and_the_old_one_works_another_day() -> None:
    person = owner()
    old = issue(person, scopes=[READ, PUBLISH])

    new = services.replace_token(token=old, person=person, secret="kehui_new", at=NOW)

    assert (new.name, new.scopes) == ("月报程序", ["publish", "read"])
    old.refresh_from_db()
    assert (old.expires_at, new.expires_at) == (
        NOW + timedelta(days=1),
        NOW + timedelta(days=365),
    )
    for secret in (SECRET, "kehui_new"):
        services.use_token(secret=secret, scope=READ, at=NOW + timedelta(hours=23))
    with pytest.raises(services.TokenRefused):
        services.use_token(secret=SECRET, scope=READ, at=NOW + timedelta(days=1))
    entry = Entry.objects.get(kind=TokenReplaced.kind)
    assert TokenReplaced.of(entry) == TokenReplaced(
        token=old.pk, by=new.pk, person=person.pk, works_until=NOW + timedelta(days=1)
    )


def test_a_token_about_to_end_does_not_live_longer_for_being_replaced() -> None:
    person = owner()
    old = issue(person, lifetime=timedelta(hours=3))

    services.replace_token(token=old, person=person, secret="kehui_new", at=NOW)

    old.refresh_from_db()
    assert old.expires_at == NOW + timedelta(hours=3)


def test_only_a_working_token_of_ones_own_is_replaced() -> None:
    person = owner()
    token = issue(person)
    for who, at in [(make_person(), NOW), (person, NOW + timedelta(days=365))]:
        with pytest.raises(services.TokenRefused):
            services.replace_token(token=token, person=who, secret="kehui_new", at=at)
    services.revoke_token(token=token, person=person, at=NOW)

    with pytest.raises(services.TokenRefused):
        services.replace_token(token=token, person=person, secret="kehui_new", at=NOW)


def test_tokens_are_limited_and_revoked_ones_do_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokens, "TOKENS_PER_PERSON", 2)
    person = owner()
    first, _second = (issue(person, secret=secret) for secret in ("kehui_1", "kehui_2"))

    with pytest.raises(services.TooManyTokens):
        issue(person, secret="kehui_3")
    services.revoke_token(token=first, person=person, at=NOW)

    assert issue(person, secret="kehui_3").pk


def test_the_end_is_said_once_two_weeks_before() -> None:
    person = owner()
    token = issue(person, lifetime=timedelta(days=30))
    revoked = issue(person, secret="kehui_revoked", lifetime=timedelta(days=30))
    services.revoke_token(token=revoked, person=person, at=NOW)
    issue(person, secret="kehui_long")
    days = (15, 16, 17)

    told = [services.warn_of_expiry(at=NOW + timedelta(days=day)) for day in days]

    assert told == [0, 1, 0]
    facts = [TokenExpiring.of(each) for each in Entry.objects.filter(kind=TokenExpiring.kind)]
    assert facts == [
        TokenExpiring(token=token.pk, person=person.pk, expires_at=NOW + timedelta(days=30))
    ]
