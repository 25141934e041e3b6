"""How the cells of a table become values of an item's fields: read, never guessed."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db.models import Choices
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, industries, money, names, regions
from kehui.core.errors import Refused
from kehui.market.models import Achievement, Category, Indicator, NeedKind, Offer, OfferKind
from kehui.market.models.codes import PriceMode, Side, Tier
from kehui.market.services.columns import HEADERS, OF_ACHIEVEMENT, Column, Columns
from kehui.market.services.fields import UnknownValue

_COMPARISONS: Final = (
    ("≥", ("≥", ">=", "不低于", "不小于", "大于等于", "至少")),
    ("≤", ("≤", "<=", "不高于", "不大于", "小于等于", "至多")),
)


class CellMalformed(Refused):
    code = "CELL_FORM"
    message = _("“{label}”看不懂：“{text}”。{hint}")
    message_en = "“{label}” cannot be read: “{text}”. {hint}"


@dataclass
class Values:
    """What the cells of one row say, and what in them could not be read."""

    values: dict[str, Any] = field(default_factory=dict)
    indicators: list[Indicator] = field(default_factory=list)
    achievement: dict[str, Any] = field(default_factory=dict)
    external_id: str = ""
    faults: list[Refused] = field(default_factory=list)


class Lists:
    """The rows that cells may name, read once for a whole file."""

    def __init__(self) -> None:
        rows = list(Category.objects.select_related("parent"))
        self.categories = {each.code: each for each in rows}
        self.categories |= {names.comparable(each.name): each for each in rows}


def read_cells(
    cells: Mapping[str, Any], columns: Columns, *, side: str, lists: Lists, today: date
) -> Values:
    """Turn the cells of a row into values; what cannot be read becomes a fault, not a guess."""
    found = Values()
    for column in columns.known:
        cell = cells.get(column.header)
        if cell is None or (isinstance(cell, str) and not cell.strip()) or cell == []:
            continue
        try:
            _read(found, column, cell, side=side, lists=lists, today=today)
        except Refused as refusal:
            found.faults.append(refusal)
    _settle_price(found)
    return found


def _read(
    found: Values, column: Column, cell: Any, *, side: str, lists: Lists, today: date
) -> None:
    name = column.field
    label = HEADERS[name][0]
    if name == "external_id":
        found.external_id = text_of(cell)[:80]
    elif name == "title_tokens":
        found.values.setdefault(
            "title", "".join(map(str, cell)) if isinstance(cell, list) else text_of(cell)
        )
    elif name == "indicators":
        found.indicators = indicators_of(cell)
    elif name == "budget":
        low, high = _band(cell, unit=column.unit, label=label)
        found.values |= {"budget_low_fen": low, "budget_high_fen": high}
    elif name in {"price", "budget_low", "budget_high", "price_low", "price_high"}:
        found.values[f"{name}_fen"] = _amount(cell, unit=column.unit, field=f"{name}_fen")
    elif name == "kind":
        kinds: type[Choices] = OfferKind if side == Side.OFFER else NeedKind
        found.values[name] = _choice(cell, kinds, name)
    elif name == "category":
        found.values[name] = _category(cell, lists)
    elif name == "industry":
        found.values[name] = industries.parse(text_of(cell), field=name).code
    elif name in {"region", "region_requirement", "regions_served"}:
        _places(found, name, cell, today=today)
    else:
        read: Callable[[Any, str], Any] = _READERS.get(name, _text)
        filled = found.achievement if name in OF_ACHIEVEMENT else found.values
        filled[name] = read(cell, name)


def _text(cell: Any, _name: str) -> str:
    return text_of(cell)


def text_of(cell: Any) -> str:
    """Return the text of a cell; a whole number loses the `.0` that spreadsheets give it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, list):
        return "".join(map(str, cell))
    return str(cell).replace("\r\n", "\n").replace("\x00", "").strip()


def _listed(cell: Any, _name: str) -> list[str]:
    if isinstance(cell, list):
        return [str(each).strip() for each in cell if str(each).strip()]
    for sign in "，、；;|\n\t":
        cell = str(cell).replace(sign, ",")
    return [each.strip() for each in str(cell).split(",") if each.strip()]


def _day(cell: Any, name: str) -> date:
    return dates.parse(cell, field=name)


def _whole(cell: Any, name: str) -> int:
    text = (
        unicodedata.normalize("NFKC", text_of(cell)).upper().removeprefix("TRL").removesuffix("级")
    )
    text = text.strip().lstrip("-_ ")
    if not text.isdecimal() or len(text) > 6:
        raise CellMalformed(
            field=name, label=HEADERS[name][0], text=str(cell)[:40], hint=_("请写一个整数。")
        )
    return int(text)


def _yes(cell: Any, _name: str) -> bool:
    return text_of(cell).lower() in {"是", "true", "1", "yes", "y", "√"}


def _of_choices(choices: type[Choices]) -> Callable[[Any, str], Any]:
    return lambda cell, name: _choice(cell, choices, name)


def _deal_modes(cell: Any, name: str) -> list[Any]:
    return [_choice(each, Achievement.DealMode, name) for each in _listed(cell, name)]


_READERS: Final[dict[str, Callable[[Any, str], Any]]] = {
    "keywords": _listed,
    "completers": _listed,
    "patents": _listed,
    "ipc": _listed,
    "disciplines": _listed,
    "deal_modes": _deal_modes,
    "stage": _of_choices(Achievement.Stage),
    "deadline": _day,
    "valid_until": _day,
    "available_from": _day,
    "trl_assessed_on": _day,
    "trl": _whole,
    "capacity": _whole,
    "hides_name": _yes,
    "price_mode": _of_choices(PriceMode),
    "tier": _of_choices(Tier),
    "employer_consent": _of_choices(Offer.Consent),
}


def _choice(cell: Any, choices: type[Choices], name: str) -> Any:
    """Find the choice by its value or by its label."""
    wanted = names.comparable(text_of(cell))
    for each in choices:
        if wanted in {names.comparable(str(each.value)), names.comparable(str(each.label))}:
            return each.value
    raise UnknownValue(field=name, label=HEADERS[name][0], value=str(cell)[:40])


def _category(cell: Any, lists: Lists) -> Category:
    """Find it by code or name; of `一级/二级` the last part counts."""
    parts = [each for each in text_of(cell).replace("／", "/").replace(">", "/").split("/") if each]
    wanted = parts[-1].strip() if parts else ""
    found = lists.categories.get(wanted) or lists.categories.get(names.comparable(wanted))
    if found is None:
        raise UnknownValue(field="category", label=HEADERS["category"][0], value=str(cell)[:40])
    return found


def _places(found: Values, name: str, cell: Any, *, today: date) -> None:
    if name == "region":
        found.values["region_id"] = regions.parse(text_of(cell), on=today, field=name)
        return
    listed = _listed(cell, name)
    if {"全国", "不限"} & set(listed):
        found.values[name] = []
        return
    found.values[name] = [regions.parse(each, on=today, field=name) for each in listed]


def _amount(cell: Any, *, unit: str, field: str) -> int | str:
    """Return fen, or the word 面议 as it stands: `_settle_price` knows what it means."""
    text = f"{cell:f}".rstrip("0").rstrip(".") if isinstance(cell, float) else text_of(cell)
    if "面议" in text or "面谈" in text:
        return text
    return money.parse(text, unit=unit, field=field)


def _band(cell: Any, *, unit: str, label: str) -> tuple[int | None, int | None]:
    """Read `20-50 万元`, `50 万以内` or one amount."""
    text = unicodedata.normalize("NFKC", text_of(cell)).replace("～", "-").replace("~", "-")
    for dash in ("—", "–", "至", "到"):
        text = text.replace(dash, "-")
    low, dash, high = text.partition("-")
    try:
        if dash:
            spoken = next(
                (each for each in ("亿元", "亿", "万元", "万", "元") if high.endswith(each)), ""
            )
            bare = low.strip().replace(".", "").isdecimal()
            first = money.parse(low + spoken if bare else low, unit=unit)
            return first, money.parse(high, unit=unit)
        for word in ("以内", "以下", "不超过"):
            if word in text:
                return None, money.parse(text.replace(word, ""), unit=unit)
        return None, money.parse(text, unit=unit)
    except Refused as refusal:
        raise CellMalformed(
            field="budget_high_fen", label=label, text=text[:40], hint=_("请写成 20-50 万元 这样。")
        ) from refusal


def _settle_price(found: Values) -> None:
    """Let an amount mean a fixed price, and the word 面议 a negotiated one; a said mode stays."""
    price = found.values.get("price_fen")
    if isinstance(price, str):
        del found.values["price_fen"]
        found.values.setdefault("price_mode", PriceMode.NEGOTIATED)
        reason = price.replace("面议", "").replace("面谈", "").strip(" ：:（）()，,。")
        if reason:
            found.values.setdefault("negotiable_reason", reason)
    elif price is not None:
        found.values.setdefault("price_mode", PriceMode.FIXED)
    elif found.values.get("negotiable_reason"):
        found.values.setdefault("price_mode", PriceMode.NEGOTIATED)


def indicators_of(cell: Any) -> list[Indicator]:
    """Read one indicator a line: `名称 | 现在 | ≥ 目标 | 单位 | 怎么验收`.

    Raises:
        CellMalformed: a line has no name, or its target is not a number.
    """
    lines = cell if isinstance(cell, list) else text_of(cell).replace("；", "\n").split("\n")
    return [_indicator(str(line), place) for place, line in enumerate(filter(None, lines))]


def _indicator(line: str, position: int) -> Indicator:
    parts = [each.strip() for each in line.replace("｜", "|").split("|")]
    parts += [""] * (5 - len(parts))
    name, current, target, unit, verification = parts[:5]
    tidy = unicodedata.normalize("NFKC", target).strip()
    comparison = Indicator.Comparison.ABOUT
    for sign, words in _COMPARISONS:
        for word in words:
            if tidy.startswith(word):
                tidy = tidy.removeprefix(word).strip()
                comparison = Indicator.Comparison(
                    {"≥": Indicator.Comparison.AT_LEAST, "≤": Indicator.Comparison.AT_MOST}[sign]
                )
    low, dash, high = tidy.partition("-") if not tidy.startswith("-") else (tidy, "", "")
    try:
        first = Decimal(low.strip())
        second = Decimal(high.strip()) if dash else None
    except InvalidOperation:
        first, second = Decimal("NaN"), None
    if not name or not first.is_finite() or (second is not None and not second > first):
        raise CellMalformed(
            field="indicators",
            label=HEADERS["indicators"][0],
            text=line[:40],
            hint=_("每行写：名称 | 现在 | ≥ 目标 | 单位 | 怎么验收。"),
        )
    if second is not None:
        comparison = Indicator.Comparison.BETWEEN
    return Indicator(
        position=position, name=name[:40], current=current[:40], comparison=comparison,
        target=first, target_high=second, unit=unit[:20], verification=verification[:80],
    )  # fmt: skip
