"""Whether an item may leave its author's desk: every rule of every field, in one place.

The wizard, the API and the importer all ask here, so a rule cannot hold for one and not another.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from kehui.core import industries, regions
from kehui.core.errors import Refused
from kehui.market.models import Indicator, Item, Need, NeedKind, Offer, OfferKind, PriceMode, Side
from kehui.market.models.items import DESCRIPTION_LENGTH, TITLE_LENGTH

LATEST_DEADLINE: Final = timedelta(days=5 * 366)
WRITTEN_FIELDS: Final = (
    "title", "description", "negotiable_reason", "background", "main_problem", "target", "tried",
    "deliverable", "acceptance", "ip_wish", "problem_solved", "advantage", "for_whom",
    "trl_evidence", "trl_assessed_by", "adopters", "evidence",
)  # fmt: skip
PLACES: Final = ("region_requirement", "regions_served")
READINESS: Final = range(1, 10)
# Linear patterns only: each is one run of a class between two anchors.
CONTACT_PATTERNS: Final = (
    ("phone", re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")),
    ("link", re.compile(r"https?://|www\.[a-z0-9]", re.IGNORECASE)),
    ("mail", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,10}", re.IGNORECASE)),
    ("chat", re.compile(r"(?:微信|QQ|qq|扣扣|加我|二维码)[号:： ]{0,3}[A-Za-z0-9_-]{5,20}")),
    ("markup", re.compile(r"<[a-zA-Z/!][^<>]{0,200}>")),
)


class NeedFieldMissing(Refused):
    code = "NEED_FIELD_MISSING"
    message = _("请填写“{label}”。")
    message_en = "Please fill in “{label}”."


class TooShort(Refused):
    code = "TEXT_TOO_SHORT"
    message = _("“{label}”现在 {length} 个字，至少写 {least} 个字。")
    message_en = "“{label}” has {length} characters; write at least {least}."


class TooLong(Refused):
    code = "TEXT_TOO_LONG"
    message = _("“{label}”现在 {length} 个字，最多 {most} 个字。")
    message_en = "“{label}” has {length} characters; at most {most} are allowed."


class UnknownValue(Refused):
    code = "ENUM_UNKNOWN"
    message = _("“{label}”没有“{value}”这个选项，请从列表中选。")
    message_en = "“{label}” knows no “{value}”; please choose from the list."


class ValueMalformed(Refused):
    code = "VALUE_FORM"
    message = _("“{label}”不能是“{value}”，请换个写法。")
    message_en = "“{label}” cannot be “{value}”; please write it differently."


class PriceMissing(Refused):
    code = "PRICE_MISSING"
    message = _("请给出价格；若要面议，请写明原因。")
    message_en = "Give a price, or a reason for negotiating it."
    field = "price_mode"


class PriceNotPositive(Refused):
    code = "PRICE_NOT_POSITIVE"
    message = _("价格要大于 0 元。")
    message_en = "A price is above 0 yuan."
    field = "price_fen"


class RangeReversed(Refused):
    code = "RANGE_REVERSED"
    message = _("“{label}”的下限高于上限，请对调。")
    message_en = "The lower end of “{label}” is above the upper one; please swap them."


class DateOutOfRange(Refused):
    code = "DATE_OUT_OF_RANGE"
    message = _("“{label}”要在今天之后、5 年以内。")
    message_en = "“{label}” must lie after today and within 5 years."


class ContactInText(Refused):
    code = "CONTACT_IN_TEXT"
    message = _("“{label}”里有联系方式、网址或代码：“{found}”。请删掉，双方约谈后会看到联系方式。")
    message_en = "“{label}” holds a contact, a link or markup: “{found}”. Please remove it."


class IncompleteItem(Refused):
    """More than one rule is broken; `faults` names them all."""

    code = "ITEM_INCOMPLETE"
    message = _("还有 {count} 处要补。")
    message_en = "{count} things are still missing."

    def __init__(self, faults: Sequence[Refused]) -> None:
        super().__init__(count=len(faults))
        self.faults = list(faults)


def faults_of(
    item: Offer | Need, *, indicators: Sequence[Indicator] = (), today: date
) -> list[Refused]:
    """Return everything that keeps the item from being submitted: at most one of each field."""
    faults = [*_impossible(item), *_shared(item)]
    if isinstance(item, Need):
        faults += [*_of_need(item, indicators, today=today)]
    else:
        faults += [*_of_offer(item)]
    faults += [*_contacts(item)]
    first: dict[str | None, Refused] = {}
    for fault in faults:
        first.setdefault(fault.field, fault)
    return [*first.values()]


def faults_of_a_draft(item: Offer | Need, names: Collection[str]) -> list[Refused]:
    """Return what cannot even stand in a draft, among the fields named."""
    return [fault for fault in _impossible(item) if fault.field in names]


def check_item(item: Offer | Need, *, indicators: Sequence[Indicator] = (), today: date) -> None:
    """Raise the only fault of the item, or IncompleteItem when it has several."""
    refuse(faults_of(item, indicators=indicators, today=today))


def refuse(faults: Sequence[Refused]) -> None:
    """Raise the only fault, or IncompleteItem when there are several."""
    if len(faults) > 1:
        raise IncompleteItem(faults)
    if faults:
        raise faults[0]


def _label(item: Item, field: str) -> str:
    return str(getattr(item._meta.get_field(field), "verbose_name", field))


def _length(item: Item, field: str, limits: tuple[int, int]) -> Iterator[Refused]:
    least, most = limits
    length = len(getattr(item, field).strip())
    if length == 0:
        yield NeedFieldMissing(field=field, label=_label(item, field))
    elif length < least:
        yield TooShort(field=field, label=_label(item, field), length=length, least=least)
    elif length > most:
        yield TooLong(field=field, label=_label(item, field), length=length, most=most)


def _missing(item: Item, *names: str) -> Iterator[Refused]:
    for name in names:
        value = getattr(item, name)
        if value in (None, "", []) or (isinstance(value, str) and not value.strip()):
            yield NeedFieldMissing(field=name, label=_label(item, name))


def _impossible(item: Offer | Need) -> Iterator[Refused]:
    """Yield values that no later page can put right; the database would refuse most of them."""
    kinds = OfferKind.values if item.side == Side.OFFER else NeedKind.values
    if item.kind not in kinds:
        yield _unknown(item, "kind", item.kind)
    if item.industry and item.industry not in industries.tree():
        yield _unknown(item, "industry", item.industry)
    if item.trl is not None and item.trl not in READINESS:
        yield _unknown(item, "trl", item.trl)
    for name in PLACES:
        for code in getattr(item, name, ()):
            if code not in regions.places():
                yield _unknown(item, name, code)
    if item.price_fen is not None and item.price_fen <= 0:
        yield PriceNotPositive()
    if isinstance(item, Need):
        yield from _band(item, "budget_low_fen", "budget_high_fen")
    else:
        yield from _band(item, "price_low_fen", "price_high_fen")
        if item.capacity < 1:
            yield _unknown(item, "capacity", item.capacity)


def _unknown(item: Item, field: str, value: object) -> UnknownValue:
    return UnknownValue(field=field, label=_label(item, field), value=value)


def _shared(item: Offer | Need) -> Iterator[Refused]:
    yield from _length(item, "title", TITLE_LENGTH)
    yield from _length(item, "description", DESCRIPTION_LENGTH)
    yield from _category(item)
    yield from _price(item)


def _category(item: Offer | Need) -> Iterator[Refused]:
    category = item.category
    if category is None:
        yield NeedFieldMissing(field="category", label=_label(item, "category"))
        return
    top = category.parent or category
    if item.kind not in top.kinds:
        yield _unknown(item, "category", category.name)
    if item.label and item.label not in category.labels:
        yield _unknown(item, "label", item.label)


def _price(item: Offer | Need) -> Iterator[Refused]:
    if item.price_mode == PriceMode.FIXED:
        if item.price_fen is None:
            yield PriceMissing(field="price_fen")
    elif item.price_mode == PriceMode.NEGOTIATED:
        yield from _missing(item, "negotiable_reason")
    else:
        yield PriceMissing()


def _band(item: Item, low: str, high: str) -> Iterator[Refused]:
    ends = getattr(item, low), getattr(item, high)
    if any(end is not None and end <= 0 for end in ends):
        yield PriceNotPositive(field=low)
    elif None not in ends and ends[0] > ends[1]:
        yield RangeReversed(field=low, label=_label(item, low))


def _of_need(need: Need, indicators: Sequence[Indicator], *, today: date) -> Iterator[Refused]:
    yield from _missing(need, "deadline", "contact_name", "contact_channel")
    if need.deadline and not today < need.deadline <= today + LATEST_DEADLINE:
        yield DateOutOfRange(field="deadline", label=_label(need, "deadline"))
    if need.kind == NeedKind.PROBLEM:
        yield from _missing(need, "industry", "background", "main_problem", "target")
        if not indicators:
            yield NeedFieldMissing(field="indicators", label=str(_("指标")))
    yield from faults_of_indicators(indicators)
    if need.terms_accepted_at is None:
        yield NeedFieldMissing(field="terms_accepted_at", label=_label(need, "terms_accepted_at"))


def _of_offer(offer: Offer) -> Iterator[Refused]:
    yield from _missing(offer, "problem_solved")
    if offer.kind == OfferKind.ACHIEVEMENT:
        yield from _missing(offer, "trl", "advantage")
        yield from _of_achievement(offer)
    if offer.kind == OfferKind.HIGH_TECH:
        yield from _missing(offer, "adopters", "evidence")
    if offer.kind == OfferKind.CAPACITY:
        yield from _missing(offer, "for_whom")


def _of_achievement(offer: Offer) -> Iterator[Refused]:
    """Ask for the stage once anything is told, and for no contact in what is told."""
    achievement = getattr(offer, "achievement", None)
    if achievement is None or not achievement.says_anything:
        return
    if not achievement.stage:
        yield NeedFieldMissing(field="stage", label=str(_("成果类型")))
    for name, label, text in achievement.written():
        if found := contact_in(text):
            yield ContactInText(field=name, label=label, found=found)


def faults_of_indicators(indicators: Sequence[Indicator]) -> Iterator[Refused]:
    """Yield what is wrong with the table, each fault at `indicators`."""
    for indicator in indicators:
        if not indicator.name.strip():
            yield NeedFieldMissing(field="indicators", label=str(_("指标")))
        between = indicator.comparison == Indicator.Comparison.BETWEEN
        if between and (indicator.target_high is None or indicator.target_high <= indicator.target):
            yield RangeReversed(field="indicators", label=indicator.name)
        for text in (indicator.name, indicator.current, indicator.verification):
            if found := contact_in(text):
                yield ContactInText(field="indicators", label=str(_("指标")), found=found)


def contact_in(text: str) -> str:
    """Return the first phone, address, link or markup in the text, or nothing."""
    for _kind, pattern in CONTACT_PATTERNS:
        if found := pattern.search(text):
            return found.group()
    return ""


def _contacts(item: Offer | Need) -> Iterator[Refused]:
    for name in WRITTEN_FIELDS:
        if found := contact_in(getattr(item, name, "")):
            yield ContactInText(field=name, label=_label(item, name), found=found)
    if found := contact_in(" ".join(item.keywords)):
        yield ContactInText(field="keywords", label=_label(item, "keywords"), found=found)
