"""What happens to hooks, as the ledger knows it: never an address, never a secret."""

from dataclasses import dataclass
from typing import ClassVar

from kehui.ledger.facts import Fact


@dataclass(frozen=True, kw_only=True)
class HookFact(Fact):
    """What every fact of a hook says: whose it is, a person's or an organization's."""

    hook: int
    person: int | None
    organization: int | None


@dataclass(frozen=True, kw_only=True)
class HookMade(HookFact):
    kind: ClassVar[str] = "hook.made"

    kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HookSecretReplaced(HookFact):
    """A new secret signs; the one before signs beside it for a day."""

    kind: ClassVar[str] = "hook.secret_replaced"


@dataclass(frozen=True, kw_only=True)
class HookStopped(HookFact):
    """Nothing is delivered from now on: nobody answered for a day, or it was said to be gone."""

    kind: ClassVar[str] = "hook.stopped"

    why: str


@dataclass(frozen=True, kw_only=True)
class HookResumed(HookFact):
    kind: ClassVar[str] = "hook.resumed"


@dataclass(frozen=True, kw_only=True)
class HookEnded(HookFact):
    """It is deleted, with everything that it delivered."""

    kind: ClassVar[str] = "hook.ended"
