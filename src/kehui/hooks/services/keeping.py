"""Make hooks, give them new secrets, stop, resume and end them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, outbound
from kehui.core.errors import Refused
from kehui.core.vault import safe
from kehui.hooks import policies
from kehui.hooks.facts import HookEnded, HookMade, HookResumed, HookSecretReplaced, HookStopped
from kehui.hooks.models import NAME_LENGTH, Hook
from kehui.hooks.services.sealing import is_of, sealed, unsealed
from kehui.ledger.services import record
from kehui.notices import services as notices
from kehui.notices.models import Notice
from kehui.people import policies as people
from kehui.people.models import Organization, Person
from kehui.people.selectors import agents_of

HOOKS_PER_OWNER: Final = 10
OVERLAP: Final = timedelta(days=1)


class HookNameMissing(Refused):
    code = "HOOK_NAME"
    message = _("请给回调起一个名称，最多 40 个字。")
    message_en = "Please give the hook a name of at most 40 characters."
    field = "name"


class HookKinds(Refused):
    code = "HOOK_KINDS"
    message = _("请至少选一种事件；席位和单位核验的事件只给单位的回调。")
    message_en = "Please choose an event; those of seats and organizations go to organizations."
    field = "kinds"


class HookNotYours(Refused):
    code = "HOOK_NOT_YOURS"
    message = _("没有这个回调，或你不能替这个单位管理回调。")
    message_en = "There is no such hook, or you cannot keep hooks for this organization."
    status = 404


class TooManyHooks(Refused):
    code = "TOO_MANY_HOOKS"
    message = _("每个人、每个单位最多 {most} 个回调。请先删除不用的。")
    message_en = "A person or an organization has at most {most} hooks. Please end one first."
    status = 409


class HookRuns(Refused):
    code = "HOOK_RUNS"
    message = _("这个回调没有停用。")
    message_en = "This hook is not stopped."
    status = 409


@transaction.atomic
def make_hook(
    *,
    person: Person,
    organization: Organization | None,
    name: str,
    url: str,
    kinds: Iterable[str],
    secret: str,
    at: datetime,
) -> Hook:
    """Tell this address from now on what happens, signed with the secret; record HookMade.

    `secret` is "whsec_" and base64 of at least 24 random bytes; the caller shows it once.

    Raises:
        HookNameMissing, HookKinds, TooManyHooks: see there.
        HookNotYours: the person is no agent of the organization.
        AddressMalformed, PlaceNotListed, PlaceForbidden: the address cannot be told anything.
        KeyServiceDown, KeyServiceRefused: the secret was not sealed, and nothing was made.
    """
    name, chosen = name.strip(), tuple(dict.fromkeys(kinds))
    if not 1 <= len(name) <= NAME_LENGTH:
        raise HookNameMissing
    if organization and not people.may_act_for(person, organization, today=dates.day_of(at)):
        raise HookNotYours
    if not chosen or not {each.code for each in policies.kinds_for(organization)}.issuperset(
        chosen
    ):
        raise HookKinds
    _check(url)
    owner: dict[str, Any] = {"organization": organization} if organization else {"person": person}
    _lock(organization or person)  # counted one by one
    if Hook.objects.filter(**owner).count() >= HOOKS_PER_OWNER:
        raise TooManyHooks(most=HOOKS_PER_OWNER)
    hook = Hook.objects.create(
        **owner, name=name, url=url, kinds=list(chosen), secret=b"", made_at=at, since=at
    )
    hook.refresh_from_db()  # the database gave it the name that its secret is bound to
    hook.secret = sealed(secret, uid=hook.uid)
    hook.save(update_fields=["secret"])
    record(HookMade(**_named(hook), kinds=chosen), actor=person.pk, at=at)
    return hook


def _check(url: str) -> None:
    try:
        outbound.listed_place(url)
    except Refused as refusal:
        refusal.field = "url"
        raise


def _lock(owner: Person | Organization) -> None:
    type(owner)._default_manager.select_for_update(no_key=True).get(pk=owner.pk)


def _named(hook: Hook) -> dict[str, Any]:
    return {"hook": hook.pk, "person": hook.person_id, "organization": hook.organization_id}


def locked(hook: Hook, person: Person, *, at: datetime) -> Hook:
    """Return the hook as it is now, kept from others till commit.

    Raises:
        HookNotYours: it is gone, or not the person's to keep.
    """
    found = Hook.objects.select_for_update(of=("self",)).filter(pk=hook.pk).first()
    if found is None or not policies.may_keep(person, found, today=dates.day_of(at)):
        raise HookNotYours
    return found


@transaction.atomic
def replace_secret(*, hook: Hook, person: Person, secret: str, at: datetime) -> Hook:
    """Sign with a new secret, and for a day with the one before too; record HookSecretReplaced.

    Raises:
        HookNotYours: see there.
        KeyServiceDown, KeyServiceRefused: nothing was changed.
    """
    hook = locked(hook, person, at=at)
    hook.former_secret, hook.former_until = hook.secret, at + OVERLAP
    hook.secret = sealed(secret, uid=hook.uid)
    hook.save(update_fields=["secret", "former_secret", "former_until"])
    record(HookSecretReplaced(**_named(hook)), actor=person.pk, at=at)
    return hook


def stop(hook: Hook, *, why: str, at: datetime) -> None:
    """Deliver nothing more, tell who keeps it, and record HookStopped; the hook is locked."""
    hook.stopped_at, hook.stopped_why = at, why
    hook.save(update_fields=["stopped_at", "stopped_why"])
    record(HookStopped(**_named(hook), why=why), actor=None, at=at)
    keepers = [hook.person_id] if hook.organization is None else _agents(hook.organization, at)
    title = _now("回调“{name}”已停用").format(name=hook.name)
    body = _now("对方一直没有正常接收。修好后可以在“事件回调”里重新启用，没送到的会接着送。")
    notices.send_many(
        (
            notices.Message(
                person=each,
                reason=Notice.Reason.PROGRAM,
                title=title,
                body=body,
                link=f"/me/hooks/{hook.pk}/",
                key=f"hook:{hook.pk}:{at.isoformat()}:{each}",
            )
            for each in keepers
            if each is not None
        ),
        at=at,
    )


def _agents(organization: Organization, at: datetime) -> list[int]:
    seats = agents_of(organization, today=dates.day_of(at))
    return sorted(set(seats.values_list("person", flat=True)))


@transaction.atomic
def resume_hook(*, hook: Hook, person: Person, at: datetime) -> Hook:
    """Deliver again: what waited at once, and what happens from now on. Record HookResumed.

    What happened while it was stopped is not made up for.

    Raises:
        HookNotYours: see there.
        HookRuns: it is not stopped.
        AddressMalformed, PlaceNotListed, PlaceForbidden: the address is allowed no more.
    """
    hook = locked(hook, person, at=at)
    if hook.stopped_at is None:
        raise HookRuns
    _check(hook.url)
    hook.stopped_at, hook.stopped_why, hook.rest_until, hook.since = None, "", None, at
    hook.save(update_fields=["stopped_at", "stopped_why", "rest_until", "since"])
    hook.deliveries.filter(state="waiting").update(due_at=at, tries=0)
    record(HookResumed(**_named(hook)), actor=person.pk, at=at)
    return hook


@transaction.atomic
def end_hook(*, hook: Hook, person: Person, at: datetime) -> None:
    """Delete the hook with its secrets and its log, and record HookEnded.

    Raises:
        HookNotYours: see there.
    """
    hook = locked(hook, person, at=at)
    record(HookEnded(**_named(hook)), actor=person.pk, at=at)
    hook.delete()


@transaction.atomic
def reseal_hooks() -> int:
    """Wrap with today's master key every secret that an older one guards; return how many.

    Raises:
        ValueDamaged, KeyUnknown: one cannot be read; none was changed.
        KeyServiceDown, KeyServiceRefused: from the holder; none was changed.
    """
    today, renewed = safe.holder().master(), 0
    for each in Hook.objects.select_for_update().order_by("pk"):
        for name in ("secret", "former_secret"):
            value: bytes | None = getattr(each, name)
            if value is not None and not is_of(value, today):
                setattr(each, name, sealed(unsealed(value, uid=each.uid), uid=each.uid))
                renewed += 1
        each.save(update_fields=["secret", "former_secret"])
    return renewed
