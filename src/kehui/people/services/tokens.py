"""Issue, use and revoke personal tokens. The key is made at the door and shown once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people import policies, selectors
from kehui.people.facts import TokenIssued, TokenRevoked
from kehui.people.models import ApiToken, Person

LIFETIME = timedelta(days=365)
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
    token = ApiToken.objects.create(
        person=person,
        name=name,
        hash=selectors.token_hash(secret),
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


def use_token(*, secret: str, scope: ApiToken.Scope, at: datetime) -> ApiToken:
    """Return the token with its person and account loaded, and note that it was used.

    Raises:
        TokenRefused: no usable token with this right; which of these, we do not say.
    """
    token = selectors.usable_token(secret, at=at)
    if token is None or scope not in token.scopes:
        raise TokenRefused
    if token.last_used_at is None or at - token.last_used_at >= TOUCHED_EVERY:
        token.last_used_at = at
        token.save(update_fields=["last_used_at"])
    return token


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
