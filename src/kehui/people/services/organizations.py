"""Register organizations, and confirm who they are."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, industries, lookalikes, names, regions
from kehui.core import uscc as unified_codes
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people import policies, selectors
from kehui.people.facts import OrganizationIdentified, OrganizationRegistered
from kehui.people.models import Level, Organization, Person, Seat
from kehui.people.services.seats import grant_seat

NAME_LENGTH = (2, 80)


class OrganizationExists(Refused):
    code = "ORG_EXISTS"
    message = _("这家单位已经入驻。请联系本单位的经办人，为你开通席位。")
    message_en = "This organization is here already. Please ask one of its agents for a seat."
    status = 409
    field = "uscc"


class OrganizationNameMalformed(Refused):
    code = "ORG_NAME_FORM"
    message = _("单位名称应为 2 至 80 个字，请按证照填写。")
    message_en = "The name of an organization has 2 to 80 characters, as on its certificate."
    field = "name"


class UsccMissing(Refused):
    code = "USCC_MISSING"
    message = _("请填写统一社会信用代码；没有的，请填写其他证照号。")
    message_en = "Please give the unified social credit code, or the number of another certificate."
    field = "uscc"


class NotAnOperator(Refused):
    code = "OPERATORS_ONLY"
    message = _("只有平台运营人员可以办理，且不能为自己办理。")
    message_en = "Only operators of the platform may do this, and not for themselves."
    status = 403


class AlreadyIdentified(Refused):
    code = "ALREADY_IDENTIFIED"
    message = _("已经核验过了。")
    message_en = "This was confirmed before."
    status = 409


@transaction.atomic
def register_organization(
    *,
    person: Person,
    name: str,
    kind: Organization.Kind,
    region: str,
    at: datetime,
    uscc: str = "",
    alternative_id: dict[str, Any] | None = None,
    industry: str = "",
    size: str = "",
) -> Organization:
    """Enter the organization with the person as its first agent.

    One whose name may be mistaken for that of another waits for an operator in any case. Without a
    unified code, one of the same certificate, or of the same name in the same place, is the same:
    two contacts of one firm end in one organization.
    Records OrganizationRegistered and SeatGranted.

    Raises:
        OrganizationNameMalformed, UsccMissing: a field is empty or too long.
        UsccMalformed, UsccCheckFailed: the code cannot be right (kehui.core.uscc).
        RegionUnknown, IndustryUnknown: a code that is not on its list.
        OrganizationExists: it is here, perhaps since a moment ago.
    """
    name = _name(name)
    code = _unified_code(uscc, alternative_id)
    place = regions.parse(region, on=dates.day_of(at), field="region")
    if code is None and _is_here(name, place, alternative_id):
        raise OrganizationExists(field="name")
    is_open = settings.OPEN_VERIFICATION and not selectors.organizations_like(name).exists()
    organization = _enter(
        Organization(
            name=name,
            kind=kind,
            uscc=code,
            alternative_id=alternative_id,
            region_id=place,
            industry=industries.parse(industry, field="industry").code if industry else "",
            size=size,
            level=Level.V2 if is_open else Level.V1,
            joined_at=at,
        )
    )
    _seat_first_agent(organization, person, at=at)
    return organization


def _name(text: str) -> str:
    name = names.tidy(text)
    if not NAME_LENGTH[0] <= len(name) <= NAME_LENGTH[1]:
        raise OrganizationNameMalformed
    return name


def _is_here(name: str, place: str, alternative_id: dict[str, Any] | None) -> bool:
    """Say whether an organization without a code is here; two who ask at once, one by one."""
    like = lookalikes.organization_skeleton(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [like])
    here = Organization.objects.filter(merged_into=None)
    if alternative_id and here.filter(alternative_id=alternative_id).exists():
        return True
    written = names.comparable(name)
    same = here.filter(look=like, region=place).values_list("name", flat=True)
    return any(names.comparable(each) == written for each in same)


def _enter(organization: Organization) -> Organization:
    """Save it unless its code is taken; two may register the same one at the same time."""
    code = organization.uscc
    if code and Organization.objects.filter(uscc=code).exists():
        raise OrganizationExists
    try:
        with transaction.atomic():
            organization.save(force_insert=True)
    except IntegrityError as error:
        if "one_organization_per_unified_code" not in str(error):
            raise
        raise OrganizationExists from None
    return organization


def _seat_first_agent(organization: Organization, person: Person, *, at: datetime) -> None:
    record(
        OrganizationRegistered(
            organization=organization.pk,
            organization_kind=organization.kind,
            region=organization.region_id,
            level=organization.level,
        ),
        actor=person.pk,
        at=at,
    )
    grant_seat(
        person=person,
        role=Seat.Role.AGENT,
        organization=organization,
        region=organization.region_id,
        by=None,
        at=at,
    )
    Person.objects.filter(pk=person.pk, employer=None).update(employer=organization)


def _unified_code(text: str, alternative_id: dict[str, Any] | None) -> str | None:
    if text.strip():
        return unified_codes.parse(text, field="uscc").code
    if not alternative_id:
        raise UsccMissing
    return None


@transaction.atomic
def identify_organization(*, organization: Organization, by: Person, at: datetime) -> Organization:
    """Confirm the code and the authorized person: level V2. Records OrganizationIdentified.

    Raises:
        NotAnOperator: `by` is none, or acts for the organization.
        AlreadyIdentified: somebody confirmed it before.
    """
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    today = dates.day_of(at)
    if not policies.may_identify_organization(by, organization, today=today):
        raise NotAnOperator
    if organization.level >= Level.V2:
        raise AlreadyIdentified
    organization.level = Level.V2
    organization.save(update_fields=["level"])
    record(OrganizationIdentified(organization=organization.pk, level=Level.V2), actor=by.pk, at=at)
    return organization
