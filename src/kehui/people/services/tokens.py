"""Issue, use, replace and revoke personal tokens. The key is made at the door and shown once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people import policies, selectors
from kehui.people.facts import TokenExpiring, TokenIssued, TokenReplaced, TokenRevoked
from kehui.people.models import ApiToken, Person

LIFETIME = timedelta(days=365)
OVERLAP = timedelta(days=1)  # in which the old key works beside the new one
WARNED_BEFORE = timedelta(days=14)
PREFIX = 10  # "kehui_" and four of 43 random characters
TOKENS_PER_PERSON = 50
TOUCHED_EVERY = timedelta(minutes=5)  # a busy program does not write at every request


class TokenNameMissing(Refused):
    code = "TOKEN_NAME"
    message = _("请给令牌起一个名称，最多 40 个字。")
    message_en = "Please give the token a name of at most 40 characters."
    field = "name"


class TokenOutOfScope(Refused):
    code = "TOKEN_SCOPES"
    message = _("请至少选择一项权限，且只能选择你自己有的权限。")
    message_en = "Please choose at least one right, and only rights that you have yourself."
    status = 403
    field = "scopes"


class TooManyTokens(Refused):
    code = "TOO_MANY_TOKENS"
    message = _("最多同时有 {most} 个可用的令牌。请先撤销不用的。")
    message_en = "At most {most} tokens can be in use. Please revoke those that are not needed."
    status = 409


class TokenRefused(Refused):
    code = "TOKEN_REFUSED"
    message = _("令牌无效、已到期、已撤销，或没有这项权限。")
    message_en = "The token is unknown, expired, revoked, or lacks this right."
    status = 403


@transaction.atomic
def issue_token(
    *,
    person: Person,
    name: str,
    scopes: Iterable[ApiToken.Scope],
    secret: str,
    at: datetime,
    lifetime: timedelta = LIFETIME,
) -> ApiToken:
    """Keep the hash of the secret as a new token of the person, and record TokenIssued.

    `secret` must hold at least 256 random bits; the caller shows it once.

    Raises:
        TokenNameMissing: no name, or a long one.
        TokenOutOfScope: no right chosen, or metrics by somebody who does not operate.
        TooManyTokens: 50 of the person's work already.
    """
    name = name.strip()
    if not 1 <= len(name) <= 40:
        raise TokenNameMissing
    chosen = sorted(set(scopes))
    if not chosen or (
        ApiToken.Scope.METRICS in chosen
        and not policies.may_operate(person, today=dates.day_of(at))
    ):
        raise TokenOutOfScope
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # counted one by one
    usable = ApiToken.objects.filter(person=person, revoked_at=None, expires_at__gt=at)
    if usable.count() >= TOKENS_PER_PERSON:
        raise TooManyTokens(most=TOKENS_PER_PERSON)
    token = ApiToken.objects.create(
        person=person,
        name=name,
        hash=selectors.token_hash(secret),
        prefix=secret[:PREFIX],
        scopes=chosen,
        created_at=at,
        expires_at=at + lifetime,
    )
    record(
        TokenIssued(token=token.pk, person=person.pk, scopes=tuple(chosen)),
        actor=person.pk,
        at=at,
    )
    return token


def use_token(*, secret: str, scope: ApiToken.Scope, at: datetime, block: str = "") -> ApiToken:
    """Return the token with its person and account loaded, and note when and whence it was used.

    `block` is the neighborhood of the address, as `visitors.address_block` gives it.

    Raises:
        TokenRefused: no usable token with this right; which of these, we do not say.
    """
    token = selectors.usable_token(secret, at=at)
    if token is None or scope not in token.scopes:
        raise TokenRefused
    is_fresh = token.last_used_at is not None and at - token.last_used_at < TOUCHED_EVERY
    if not is_fresh or token.last_used_from != block:
        token.last_used_at, token.last_used_from = at, block
        token.save(update_fields=["last_used_at", "last_used_from"])
    return token


@transaction.atomic
def replace_token(
    *, token: ApiToken, person: Person, secret: str, at: datetime, overlap: timedelta = OVERLAP
) -> ApiToken:
    """Issue a new key of the same name and rights; the old one goes on for the overlap, no longer.

    Records TokenIssued and TokenReplaced.

    Raises:
        TokenRefused: it is not the person's, or does not work any more.
        TokenOutOfScope, TooManyTokens: as issue_token.
    """
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.person_id != person.pk or token.revoked_at is not None or token.expires_at <= at:
        raise TokenRefused
    scopes = [ApiToken.Scope(each) for each in token.scopes]
    fresh = issue_token(person=person, name=token.name, scopes=scopes, secret=secret, at=at)
    token.expires_at = min(token.expires_at, at + overlap)
    token.warned_at = at  # its owner has just dealt with it
    token.save(update_fields=["expires_at", "warned_at"])
    replaced = TokenReplaced(
        token=token.pk, by=fresh.pk, person=person.pk, works_until=token.expires_at
    )
    record(replaced, actor=person.pk, at=at)
    return fresh


@transaction.atomic
def warn_of_expiry(*, at: datetime, limit: int = 500) -> int:
    """Record TokenExpiring, once each, for tokens that end within 14 days; return how many."""
    soon = ApiToken.objects.select_for_update(skip_locked=True).filter(
        revoked_at=None,
        warned_at=None,
        expires_at__gt=at,
        expires_at__lte=at + WARNED_BEFORE,
    )
    tokens = list(soon.order_by("pk")[:limit])
    for each in tokens:
        each.warned_at = at
        each.save(update_fields=["warned_at"])
        expiring = TokenExpiring(token=each.pk, person=each.person_id, expires_at=each.expires_at)
        record(expiring, actor=None, at=at)
    return len(tokens)


@transaction.atomic
def revoke_token(*, token: ApiToken, person: Person, at: datetime) -> ApiToken:
    """Make the token useless from now on, and record TokenRevoked; twice is as good as once.

    Raises:
        TokenRefused: it is not the person's.
    """
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.person_id != person.pk:
        raise TokenRefused
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        record(TokenRevoked(token=token.pk, person=person.pk), actor=person.pk, at=at)
    return token
