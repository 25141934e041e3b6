from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings
from tests.hooks.making import hook_of, member, waiting
from tests.hooks.receiving import OTHER, SECRET
from tests.makers import NOW, make_organization, make_seat

from kehui.core.errors import Refused
from kehui.core.vault.safe import ValueDamaged
from kehui.hooks import selectors, services
from kehui.hooks.facts import HookEnded, HookMade, HookResumed, HookSecretReplaced
from kehui.hooks.models import Hook
from kehui.hooks.policies import kind_of, kinds
from kehui.hooks.services.sealing import unsealed
from kehui.ledger.facts import Fact
from kehui.ledger.models import Entry
from kehui.people.services import add_master_key

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def facts() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("kind", flat=True))


def test_a_hook_keeps_its_secret_sealed_and_bound_to_itself() -> None:
    person = member()

    hook = hook_of(person)

    hook.refresh_from_db()
    assert SECRET.encode() not in bytes(hook.secret)
    assert unsealed(hook.secret, uid=hook.uid) == SECRET
    with pytest.raises(ValueDamaged):
        unsealed(hook.secret, uid=hook_of(person).uid)
    for broken in (b"", b"no point", bytes(hook.secret)[:-9] + b"!"):
        with pytest.raises(Refused):
            unsealed(broken, uid=hook.uid)
    fact = HookMade.of(Entry.objects.order_by("pk")[0])
    assert (fact.hook, fact.person, fact.organization) == (hook.pk, person.pk, None)
    assert fact.kinds == ("item.published", "item.withdrawn")


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"name": "  "}, "HOOK_NAME", "name"),
        ({"name": "名" * 41}, "HOOK_NAME", "name"),
        ({"kinds": []}, "HOOK_KINDS", "kinds"),
        ({"kinds": ["item.invented"]}, "HOOK_KINDS", "kinds"),
        ({"kinds": ["seat.granted"]}, "HOOK_KINDS", "kinds"),
        ({"url": "https://user@receiver.example.cn/"}, "OUTBOUND_ADDRESS", "url"),
        ({"url": "http://receiver.example.cn/"}, "OUTBOUND_NOT_LISTED", "url"),
        ({"url": "https://127.0.0.1/"}, "OUTBOUND_NOT_LISTED", "url"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    changed: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        hook_of(member(), **changed)

    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Hook.objects.exists()


def test_our_own_network_is_told_nothing_even_when_listed(settings: Settings) -> None:
    settings.OUTBOUND = "http://127.0.0.1:8000, 169.254.169.254"

    for url in ("http://127.0.0.1:8000/", "https://169.254.169.254/latest"):
        with pytest.raises(Refused) as refused:
            hook_of(member(), url=url)
        assert refused.value.code == "OUTBOUND_FORBIDDEN"


def test_agents_keep_the_hooks_of_their_organization_and_nobody_elses() -> None:
    organization = make_organization()
    agent, colleague, stranger = member(), member(), member()
    for each in (agent, colleague):
        make_seat(each, organization=organization)
    ours, own = hook_of(agent, organization, kinds=["seat.granted"]), hook_of(agent)

    assert list(selectors.hooks_of(agent, today=TODAY)) == [own, ours]
    assert list(selectors.hooks_of(colleague, today=TODAY)) == [ours]
    assert not selectors.hooks_of(stranger, today=TODAY).exists()
    with pytest.raises(services.HookNotYours):
        hook_of(stranger, organization)
    for hook in (ours, own):
        with pytest.raises(services.HookNotYours):
            services.end_hook(hook=hook, person=stranger, at=NOW)
    services.end_hook(hook=ours, person=colleague, at=NOW)
    assert facts()[-1] == HookEnded.kind
    with pytest.raises(services.HookNotYours):
        services.ping(hook=ours, person=agent, at=NOW)


def test_an_owner_has_ten_hooks_at_most() -> None:
    person = member()
    for _ in range(10):
        hook_of(person)

    with pytest.raises(services.TooManyHooks):
        hook_of(person)


def test_a_new_secret_leaves_the_old_one_a_day() -> None:
    person = member()
    hook = hook_of(person)

    hook = services.replace_secret(hook=hook, person=person, secret=OTHER, at=NOW)

    assert unsealed(hook.secret, uid=hook.uid) == OTHER
    assert hook.former_secret is not None
    assert unsealed(hook.former_secret, uid=hook.uid) == SECRET
    assert hook.former_until == NOW + timedelta(days=1)
    assert facts()[-1] == HookSecretReplaced.kind


def test_secrets_follow_a_new_master_key() -> None:
    person = member()
    hook = hook_of(person)
    services.replace_secret(hook=hook, person=person, secret=OTHER, at=NOW)
    hook_of(person)
    add_master_key(at=NOW)

    assert (services.reseal_hooks(), services.reseal_hooks()) == (3, 0)
    hook.refresh_from_db()
    assert unsealed(hook.secret, uid=hook.uid) == OTHER


def test_only_a_stopped_hook_is_resumed_and_what_waits_goes_at_once(settings: Settings) -> None:
    person = member()
    hook = hook_of(person)
    message = waiting(hook)
    with pytest.raises(services.HookRuns):
        services.resume_hook(hook=hook, person=person, at=NOW)
    Hook.objects.update(stopped_at=NOW, stopped_why="HTTP 500")
    later = NOW + timedelta(days=2)

    settings.OUTBOUND = ""
    with pytest.raises(Refused, match="KEHUI_OUTBOUND"):
        services.resume_hook(hook=hook, person=person, at=later)
    settings.OUTBOUND = "*"
    hook = services.resume_hook(hook=hook, person=person, at=later)

    message.refresh_from_db()
    assert (hook.stopped_at, hook.since, message.due_at) == (None, later, later)
    assert facts()[-1] == HookResumed.kind


def test_every_kind_is_a_fact_with_those_fields_and_belongs_to_somebody() -> None:
    def family(kind: type[Fact]) -> set[type[Fact]]:
        return {kind}.union(*(family(each) for each in kind.__subclasses__()))

    known = {
        each.kind: set(each.__dataclass_fields__) for each in family(Fact) if "kind" in vars(each)
    }
    for each in kinds().values():
        assert set(each.fields) <= known[each.code], each.code
        assert each.word.chinese
    with pytest.raises(ValueError, match=r"x\.y"):
        kind_of("x.y", {"zh": "某", "en": "some", "whose": "everybody", "fields": []})
