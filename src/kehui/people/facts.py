"""What happened to persons, organizations, teams and seats. Ids and codes only, never names."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from kehui.ledger.facts import Fact


@dataclass(frozen=True, kw_only=True)
class PersonJoined(Fact):
    kind: ClassVar[str] = "person.joined"

    person: int
    region: str
    level: int


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Fact):
    """A person rewrote the own profile; the fields by name, never their values."""

    kind: ClassVar[str] = "person.changed"

    person: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PersonIdentified(Fact):
    kind: ClassVar[str] = "person.identified"

    person: int
    level: int


@dataclass(frozen=True, kw_only=True)
class PersonReachable(Fact):
    """A code proved that a phone or an e-mail address is the person's; `way` is phone or email."""

    kind: ClassVar[str] = "person.reachable"

    person: int
    way: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Fact):
    """A new password; `way` says what the person showed: the old one, or a code."""

    kind: ClassVar[str] = "password.changed"

    person: int
    way: str


@dataclass(frozen=True, kw_only=True)
class PersonalDetailSeen(Fact):
    """Somebody had a sealed number of a person shown in full; the note is in the Unmasking."""

    kind: ClassVar[str] = "person.detail_seen"

    person: int
    detail: str
    reason: str
    unmasking: int


@dataclass(frozen=True, kw_only=True)
class PersonKeyDestroyed(Fact):
    """The key of a person's sealed values is gone, and so are they."""

    kind: ClassVar[str] = "person.key_destroyed"

    person: int


@dataclass(frozen=True, kw_only=True)
class PersonsMerged(Fact):
    """Two entries are one person: whatever facts say of `absorbed` is the survivor's."""

    kind: ClassVar[str] = "person.merged"

    merge: int
    survivor: int
    absorbed: int
    second: int | None
    rows: int


@dataclass(frozen=True, kw_only=True)
class PersonsSplit(Fact):
    """A merge was undone: what facts say of `absorbed` is their own again."""

    kind: ClassVar[str] = "person.split"

    merge: int
    survivor: int
    absorbed: int
    rows: int


@dataclass(frozen=True, kw_only=True)
class PersonErased(Fact):
    """A person has left: from now on the number names nobody."""

    kind: ClassVar[str] = "person.erased"

    person: int


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Fact):
    kind: ClassVar[str] = "consent.given"

    person: int
    purpose: str
    edition: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Fact):
    """A person took a consent back, or refused what is done unless one refuses."""

    kind: ClassVar[str] = "consent.withdrawn"

    person: int
    purpose: str
    edition: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class MasterKeyAdded(Fact):
    """From now on this master key wraps; the name tells nothing of the key."""

    kind: ClassVar[str] = "keys.master_added"

    master: str
    profile: str


@dataclass(frozen=True, kw_only=True)
class OrganizationRegistered(Fact):
    kind: ClassVar[str] = "organization.registered"

    organization: int
    organization_kind: str
    region: str
    level: int


@dataclass(frozen=True, kw_only=True)
class OrganizationIdentified(Fact):
    kind: ClassVar[str] = "organization.identified"

    organization: int
    level: int


@dataclass(frozen=True, kw_only=True)
class OrganizationsMerged(Fact):
    """As PersonsMerged, of two organizations."""

    kind: ClassVar[str] = "organization.merged"

    merge: int
    survivor: int
    absorbed: int
    second: int | None
    rows: int


@dataclass(frozen=True, kw_only=True)
class OrganizationsSplit(Fact):
    kind: ClassVar[str] = "organization.split"

    merge: int
    survivor: int
    absorbed: int
    rows: int


@dataclass(frozen=True, kw_only=True)
class KeptApart(Fact):
    """Two entries that look like one were found to be two; `thing` is person or organization."""

    kind: ClassVar[str] = "merge.kept_apart"

    merge: int
    thing: str
    one: int
    other: int


@dataclass(frozen=True, kw_only=True)
class SeatGranted(Fact):
    kind: ClassVar[str] = "seat.granted"

    seat: int
    person: int
    organization: int | None
    role: str
    region: str


@dataclass(frozen=True, kw_only=True)
class SeatEnded(Fact):
    kind: ClassVar[str] = "seat.ended"

    seat: int
    person: int
    organization: int | None
    role: str


@dataclass(frozen=True, kw_only=True)
class CenterOpened(Fact):
    kind: ClassVar[str] = "center.opened"

    center: int
    region: str


@dataclass(frozen=True, kw_only=True)
class CenterChanged(Fact):
    """A center says something else of itself; the fields by name, `hours` among them."""

    kind: ClassVar[str] = "center.changed"

    center: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CenterClosed(Fact):
    """From now on the center above serves its place."""

    kind: ClassVar[str] = "center.closed"

    center: int


@dataclass(frozen=True, kw_only=True)
class CenterChecked(Fact):
    """A line of the checklist of a standard center was looked at."""

    kind: ClassVar[str] = "center.checked"

    center: int
    edition: int
    line: str
    is_met: bool


@dataclass(frozen=True, kw_only=True)
class HolidayNoted(Fact):
    kind: ClassVar[str] = "holiday.noted"

    region: str
    day: date
    is_worked: bool


@dataclass(frozen=True, kw_only=True)
class RegionGroupNamed(Fact):
    kind: ClassVar[str] = "region_group.named"

    group: int
    regions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProcedurePublished(Fact):
    kind: ClassVar[str] = "procedure.published"

    procedure: int
    region: str
    edition: int


@dataclass(frozen=True, kw_only=True)
class ProcedureWithdrawn(Fact):
    kind: ClassVar[str] = "procedure.withdrawn"

    procedure: int


@dataclass(frozen=True, kw_only=True)
class PolicyDocumentAdded(Fact):
    kind: ClassVar[str] = "policy_document.added"

    document: int
    region: str


@dataclass(frozen=True, kw_only=True)
class TeamFounded(Fact):
    kind: ClassVar[str] = "team.founded"

    team: int
    lead: int
    host: int | None


@dataclass(frozen=True, kw_only=True)
class TeamJoined(Fact):
    kind: ClassVar[str] = "team.joined"

    team: int
    person: int


@dataclass(frozen=True, kw_only=True)
class TeamLeft(Fact):
    kind: ClassVar[str] = "team.left"

    team: int
    person: int


@dataclass(frozen=True, kw_only=True)
class FactorAdded(Fact):
    """A second way to prove who signs in: totp, webauthn or recovery_codes."""

    kind: ClassVar[str] = "factor.added"

    person: int
    factor: str


@dataclass(frozen=True, kw_only=True)
class FactorRemoved(Fact):
    kind: ClassVar[str] = "factor.removed"

    person: int
    factor: str


@dataclass(frozen=True, kw_only=True)
class DeviceDoubted(Fact):
    """Somebody acted in the session of a device without its key."""

    kind: ClassVar[str] = "device.doubted"

    person: int
    device: int


@dataclass(frozen=True, kw_only=True)
class TeamHandedOver(Fact):
    kind: ClassVar[str] = "team.handed_over"

    team: int
    lead: int


@dataclass(frozen=True, kw_only=True)
class TokenIssued(Fact):
    kind: ClassVar[str] = "token.issued"

    token: int
    person: int
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Fact):
    kind: ClassVar[str] = "token.revoked"

    token: int
    person: int


@dataclass(frozen=True, kw_only=True)
class TokenReplaced(Fact):
    """A new key took the place of an old one, which works until then."""

    kind: ClassVar[str] = "token.replaced"

    token: int
    by: int
    person: int
    works_until: datetime


@dataclass(frozen=True, kw_only=True)
class TokenExpiring(Fact):
    """A token that works now will soon not."""

    kind: ClassVar[str] = "token.expiring"

    token: int
    person: int
    expires_at: datetime
