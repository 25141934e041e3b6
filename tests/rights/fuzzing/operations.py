"""Every operation of the API, with what its own description allows and what it forbids."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import schemathesis
from django.db import transaction
from hypothesis import strategies as st
from schemathesis import GenerationMode
from tests.rights.actors import Actors, Browser
from tests.rights.fuzzing import values
from tests.rights.fuzzing.tally import Tally

from kehui.api.v1 import api

MODES: Final = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def cases() -> dict[str, st.SearchStrategy[Any]]:
    """Return, by name of the operation, requests that fit the description and such that do not."""
    schema = schemathesis.openapi.from_dict(dict(api.get_openapi_schema()))
    found: dict[str, st.SearchStrategy[Any]] = {}
    results: list[Any] = list(schema.get_all_operations())
    for result in results:
        operation = result.ok()
        ways = [operation.as_strategy(mode) for mode in MODES]
        found[f"{operation.method} {operation.path}"] = st.one_of(*ways)
    return found


def send(case: Any, number: int | None, actors: Actors, who: tuple[str, str], tally: Tally) -> None:
    """Send the case as this role, undo it, and judge the answer.

    `number` takes the place of the numbers in the path: invented ones are nearly always nothing.
    """
    role, distance = who
    path = case.path
    for name, value in _plain(case.path_parameters).items():
        told = str(value if number is None else number)
        path = path.replace(f"{{{name}}}", quote(told, safe="") or "-")
    headers = {k: v for k, v in _plain(case.headers).items() if _is_fit(k, v)}
    headers["Idempotency-Key"] = str(headers.get("Idempotency-Key") or "fuzz")
    if role != "visitor":
        headers["Authorization"] = f"Bearer {actors.secret(distance, '')}"
    query = "&".join(
        f"{quote(str(k))}={quote(str(each))}"
        for k, v in _plain(case.query).items()
        for each in (v if isinstance(v, list) else [v])
    )
    is_json = case.body is not None and not isinstance(
        case.body, bytes | str | type(NotImplemented)
    )
    text: Any = json.dumps(case.body, default=str) if is_json else b""
    browser: Any = Browser()
    with transaction.atomic():
        response = browser.generic(
            case.method, path, text, "application/json", QUERY_STRING=query, headers=headers
        )
        tally.take(path, response, role, distance, [case.method, query, str(text)[:300]])
        transaction.set_rollback(True)


def _plain(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, Mapping) else {}


def _is_fit(name: str, value: object) -> bool:
    """Say whether a server would let the header through to us."""
    said = f"{name}{value}"
    return said.isascii() and said.isprintable() and isinstance(value, str)


known_numbers = st.one_of(st.none(), st.none(), values.numbers)
