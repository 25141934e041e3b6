"""What a publication may say: every field of the wizard, as JSON."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema
from pydantic import AfterValidator, ConfigDict

from kehui.core import dates, industries, regions
from kehui.core.models import Region
from kehui.market.models import Category, Indicator, NeedKind, OfferKind
from kehui.market.services.fields import UnknownValue


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("文本里不能有空字符")
    return text


Text = Annotated[str, AfterValidator(_without_nul)]
Fen = Annotated[int, Field(description="分")]


class Strict(Schema):
    """A field that we do not know is refused: it may be a misspelled one that matters."""

    model_config = ConfigDict(extra="forbid")


class IndicatorIn(Strict):
    """One line of the table of indicators. `comparison`: ge, le, eq or between."""

    name: Annotated[Text, Field(max_length=40)]
    current: Annotated[Text, Field(max_length=40)] = ""
    comparison: Indicator.Comparison
    target: Annotated[Decimal, Field(max_digits=18, decimal_places=6)]
    target_high: Annotated[Decimal | None, Field(max_digits=18, decimal_places=6)] = None
    unit: Annotated[Text, Field(max_length=20)] = ""
    verification: Annotated[Text, Field(max_length=80)] = ""


class EvaluationIn(Strict):
    """An evaluation by the five values of GB/T 44731-2024, a sentence or a number each."""

    standard: Text = ""
    science: Text = ""
    technology: Text = ""
    economy: Text = ""
    society: Text = ""
    transfer: Text = ""
    evaluator: Text = ""
    date: Text = ""


class AchievementIn(Strict):
    """The achievement behind an offer of that kind. `stage`: basic, applied or development."""

    stage: Text
    ownership: Text = ""
    completers: list[Text] = []
    patents: list[Text] = []
    registration: Text = ""
    doi: Text = ""
    ipc: list[Text] = []
    disciplines: list[Text] = []
    evaluation: EvaluationIn | None = None
    deal_modes: list[Text] = []
    publicity: Text = ""


class Publication(Strict):
    """What both sides say. What may be left out depends on the kind; the answer names it."""

    category: Annotated[Text, Field(description="类别代码")] = ""
    label: Text = ""
    title: Text = ""
    description: Text = ""
    industry: Annotated[Text, Field(description="GB/T 4754 代码")] = ""
    keywords: list[Text] = []
    region: Annotated[Text, Field(description="GB/T 2260 代码；不写用单位或本人的")] = ""
    price_mode: Text = ""
    price_fen: Fen | None = None
    negotiable_reason: Text = ""
    tier: int = 0
    trl: int | None = None
    valid_until: date | None = None


class NeedIn(Publication):
    """A need with everything the wizard asks. `organization`: for whom you act, by its uid."""

    kind: NeedKind
    organization: Text | None = None
    region_requirement: list[Text] = []
    background: Text = ""
    main_problem: Text = ""
    target: Text = ""
    tried: Text = ""
    deadline: date | None = None
    budget_low_fen: Fen | None = None
    budget_high_fen: Fen | None = None
    deliverable: Text = ""
    acceptance: Text = ""
    ip_wish: Text = ""
    accepts_terms: Annotated[bool, Field(description="同意发布规则；必须为 true")] = False
    contact_name: Text = ""
    contact_channel: Text = ""
    hides_name: bool = False
    indicators: Annotated[list[IndicatorIn], Field(max_length=30)] = []


class OfferIn(Publication):
    """An offer with everything the wizard asks. Owner: yourself, or an organization or a team."""

    kind: OfferKind
    organization: Text | None = None
    team: Text | None = None
    problem_solved: Text = ""
    advantage: Text = ""
    for_whom: Text = ""
    regions_served: list[Text] = []
    capacity: int = 1
    available_from: date | None = None
    trl_evidence: Text = ""
    trl_assessed_by: Text = ""
    trl_assessed_on: date | None = None
    price_low_fen: Fen | None = None
    price_high_fen: Fen | None = None
    evidence: Text = ""
    adopters: Text = ""
    employer_consent: Text = "unknown"
    achievement: AchievementIn | None = None


OUTSIDE = {
    "kind", "category", "industry", "region", "organization", "team", "accepts_terms",
    "indicators", "achievement",
}  # fmt: skip


def values_of(payload: NeedIn | OfferIn, *, at: datetime) -> dict[str, Any]:
    """Return the columns that the payload fills, codes looked up.

    Raises:
        UnknownValue, RegionUnknown, IndustryUnknown: a code outside its list.
    """
    values = payload.model_dump(exclude=OUTSIDE)
    if not values.get("contact_name"):
        values.pop("contact_name", None)  # the draft begins with its holder's name
    if payload.category:
        values["category"] = _category(payload.category)
    if payload.industry:
        values["industry"] = industries.parse(payload.industry, field="industry").code
    if payload.region:
        code = regions.parse(payload.region, on=dates.day_of(at), field="region")
        values["region"] = Region.objects.get(pk=code)
    if isinstance(payload, NeedIn) and payload.accepts_terms:
        values["terms_accepted_at"] = at
    return values


def indicators_of(payload: NeedIn) -> list[Indicator]:
    """Return the table; a value that cannot stand in its column is refused."""
    return [Indicator(**each.model_dump()) for each in payload.indicators]


def _category(code: str) -> Category:
    found = Category.objects.select_related("parent").filter(pk=code).first()
    if found is None:
        label = str(_("类别"))
        raise UnknownValue(field="category", label=label, value=code)
    return found
