"""Every address there is: pages by the resolver, operations by the API itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.operation import Operation

from kehui.rights.table import METHODS, Rights

OF_THE_API = "ninja.operation"


@dataclass(frozen=True)
class Found:
    """An address as it is served; pages do not tell their methods."""

    name: str
    route: str
    methods: frozenset[str] = frozenset()
    scope: str = ""


def pages(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[Found]:
    """Go through everything that answers with a page; one without a name is named by its route."""
    return _pages(patterns, "", "")


def _pages(patterns: Iterable[URLPattern | URLResolver], space: str, route: str) -> Iterator[Found]:
    for each in patterns:
        here = route + str(each.pattern)
        if isinstance(each, URLResolver):
            inside = f"{space}{each.namespace}:" if each.namespace else space
            yield from _pages(each.url_patterns, inside, here)
        elif getattr(each.callback, "__module__", "") != OF_THE_API:
            yield Found(name=space + each.name if each.name else here, route=here)


def operations(api: NinjaAPI) -> Iterator[Found]:
    """Go through every operation, those that the schema hides included."""
    for _prefix, router in vars(api)["_routers"]:
        for path, view in router.path_operations.items():
            for each in view.operations:
                name = each.operation_id or each.view_func.__name__
                yield Found(
                    name=name, route=path, methods=frozenset(each.methods), scope=_scope(api, each)
                )


def _scope(api: NinjaAPI, operation: Operation) -> str:
    doors: Any = operation.auth_callbacks
    if not doors and operation.auth_param is not None:  # None: open to all
        doors = api.auth if isinstance(api.auth, list) else []
    return " ".join(sorted(each.scope.value for each in doors))


def without_row(found: Iterable[Found], rights: Rights) -> list[str]:
    """Name what is served and stands in no row."""
    return sorted({each.name for each in found} - {each.name for each in rights.addresses})


def without_address(found: Iterable[Found], rights: Rights) -> list[str]:
    """Name what stands in a row and is served nowhere."""
    return sorted({each.name for each in rights.addresses} - {each.name for each in found})


def unlisted(methods: frozenset[str]) -> list[str]:
    return [method for method in METHODS if method not in methods]
