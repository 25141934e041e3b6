"""Everything that is kept about a person, found by walking the schema from the person outwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db.models import CASCADE, BinaryField, Field, ForeignKey, Model, Q, QuerySet

from kehui.core.vault.fields import SealedField
from kehui.people.models import Account, Person, PersonalDetails
from kehui.people.selectors.references import numbers_of
from kehui.privacy.register import fields

# Columns that name a person by number and are no foreign keys: nothing above the ledger may be
NUMBERS: Final = frozenset({("ledger.Entry", "actor"), ("ledger.Receipt", "person")})
ACCESSES: Final = "ledger.Access"  # names whom it is about beside the kind of thing
# What others wrote to the person about their items, and the person reads on their pages
TOLD: Final = {
    "market.Review": ("item__holder",),
    "matching.Interest": ("need__holder", "offer__holder"),
    "matching.Feedback": ("suggestion__need__holder", "suggestion__offer__holder"),
}
SOMEBODY: Final = "（另一个人）"  # instead of another person's number
# Columns of no use to anybody: a key of a session opens it, a sealed secret signs in
WITHHELD_BY_TABLE: Final = {
    "mfa.Authenticator": {"data"},
    "people.Arrival": {"device"},
    "people.DeviceKey": {"public_key"},
    "usersessions.UserSession": {"session_key", "data"},
}
TITLES: Final = {
    "account.EmailAddress": "电子邮件地址",
    "deals.Acceptance": "验收",
    "deals.Contract": "合同",
    "deals.Deal": "对接",
    "deals.Dispute": "争议",
    "deals.Milestone": "里程碑",
    "deals.Party": "当事方",
    "deals.Quote": "报价",
    "deals.QuoteRequest": "询价",
    "deals.Rescission": "协商解除",
    "deals.Signature": "签署记录",
    "deals.Turn": "对接的节点",
    "market.Attachment": "附件",
    "market.DomainTerm": "领域词条",
    "market.ImportRun": "导入",
    "market.NamingVerdict": "别名判断",
    "market.Review": "质量审核",
    "market.SavedSearch": "订阅的搜索",
    "market.Studio": "工作室",
    "matching.Feedback": "匹配反馈",
    "mfa.Authenticator": "两步验证",
    "people.Arrival": "登录来处",
    "people.DeviceKey": "设备密钥",
    "people.Membership": "团队成员",
    "usersessions.UserSession": "登录的设备",
}
WITHHELD: Final = frozenset({"password"})  # as are keys, hashes and vectors: no use to anybody else


@dataclass(frozen=True, kw_only=True)
class Column:
    name: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of one model; `rows` hold plain values by the names of `columns`."""

    model: str
    label: str
    columns: tuple[Column, ...]
    rows: list[dict[str, Any]]


@cache
def references() -> dict[str, tuple[str, ...]]:
    """Return, by model, the columns that name a person; the register and a test go by them too."""
    found: dict[str, tuple[str, ...]] = {"people.Person": ("pk",)}
    for model, field in fields():
        label = model._meta.label
        names_one = isinstance(field, ForeignKey) and field.related_model in {Person, Account}
        if names_one or (label, field.name) in NUMBERS:
            found[label] = (*found.get(label, ()), field.name)
    found[ACCESSES] = ("actor", "number")
    return found


@cache
def parts() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return what hangs on rows that name a person: by model, the column and the model it is of.

    Followed as far as rows vanish with what they hang on, and name nobody else by themselves.
    """
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    reached, before = set(references()) - {"people.Person"}, -1
    while before != len(reached):
        before = len(reached)
        for model, field in fields():
            label = model._meta.label
            if label in references() or not isinstance(field, ForeignKey):
                continue
            hang = (field.name, field.related_model._meta.label)
            vanishes = field.remote_field.on_delete is CASCADE and hang[1] in reached
            if vanishes and hang not in found.get(label, ()):
                found[label] = (*found.get(label, ()), hang)
                reached.add(label)
    return found


def rows_about(person: Person) -> dict[str, Q]:
    """Return, by model, which rows are about the person, under whatever number facts say it."""
    numbers = numbers_of(person)
    account = Account.objects.filter(person__in=numbers).values("pk")
    found: dict[str, Q] = {}
    for label, names in references().items():
        model = apps.get_model(label)
        wanted = Q()
        for name in names:
            if label == ACCESSES and name == "number":
                wanted |= Q(thing="person", number__in=numbers)
            elif name != "pk" and model._meta.get_field(name).related_model is Account:
                wanted |= Q(**{f"{name}__in": account})
            else:
                wanted |= Q(**{f"{name}__in": numbers})
        for lookup in TOLD.get(label, ()):
            wanted |= Q(**{f"{lookup}__in": numbers})
        found[label] = wanted
    for label in parts():
        _reach(label, found)
    return found


def _reach(label: str, found: dict[str, Q]) -> Q:
    """Add the rows of a part, those of what it hangs on first."""
    if label not in found:
        found[label] = wanted = Q()
        for name, whole in parts()[label]:
            rows = rows_in(apps.get_model(whole)).filter(_reach(whole, found))
            wanted |= Q(**{f"{name}__in": rows.order_by().values("pk")})
        found[label] = wanted
    return found[label]


def columns_of(model: type[Model]) -> list["Field[Any, Any]"]:
    """Return what is copied of a row: all but keys, hashes and vectors, which tell nothing."""
    return [
        each
        for each in model._meta.local_concrete_fields
        if each.name not in WITHHELD | WITHHELD_BY_TABLE.get(model._meta.label, set())
        and (isinstance(each, SealedField) or not isinstance(each, BinaryField))
    ]


def counts(person: Person) -> list[tuple[str, int]]:
    """Return what a copy would hold: the names of the tables and how many rows of each."""
    found = []
    for label, wanted in rows_about(person).items():
        model = apps.get_model(label)
        if number := rows_in(model).filter(wanted).count():
            found.append((title_of(model), number))
    return found


def tables(person: Person, opened: Mapping[str, str]) -> list[Table]:
    """Return every table with rows about the person; `opened` are the sealed numbers in full."""
    found = []
    for label, wanted in rows_about(person).items():
        model = apps.get_model(label)
        wished = columns_of(model)
        rows = []
        for each in rows_in(model).filter(wanted).order_by("pk"):
            row = {column.name: _plain(column, each) for column in wished}
            others = dict.fromkeys(_others(label, row, person), SOMEBODY)
            rows.append(row | others | (dict(opened) if model is PersonalDetails else {}))
        if rows:
            columns = tuple(Column(name=each.name, label=_label(each)) for each in wished)
            found.append(Table(model=label, label=title_of(model), columns=columns, rows=rows))
    return found


def _others(label: str, row: Mapping[str, Any], person: Person) -> list[str]:
    """Return the columns in which a row names another person."""
    return [
        name
        for name in references().get(label, ())
        if name in row and row[name] not in (None, person.pk)
        if apps.get_model(label)._meta.get_field(name).related_model is not Account
        and (name != "number" or row["thing"] == "person")
    ]


def rows_in(model: type[Model]) -> "QuerySet[Model]":
    """Return all rows of a model, whatever its own manager leaves out."""
    return QuerySet(model)


def title_of(model: type[Model]) -> str:
    """Return the Chinese name of a table: what its docstring says in brackets, or what we say."""
    if title := TITLES.get(model._meta.label):
        return title
    lead = (model.__doc__ or "").partition("\n")[0]
    _, bracket, rest = lead.partition("(")
    word = rest.partition(")")[0]
    return word if bracket and not word.isascii() else str(model._meta.verbose_name)


def _label(field: "Field[Any, Any]") -> str:
    return str(field.verbose_name)


def _plain(field: "Field[Any, Any]", row: Model) -> Any:
    """Return a cell as JSON knows it; a choice in the words of our pages."""
    value = getattr(row, field.attname)
    if value is None:
        return None
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, bool | int | float | list | dict):
        return value
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
