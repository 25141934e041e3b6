"""Do something in another thread, over another database connection."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def meanwhile(action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Iterator[Future[T]]:
    """Start the action beside the block, and end its thread and connection after it.

    The future tells its result or raises its error; `result(timeout=0.3)` raising
    TimeoutError shows that it waits. Needs `django_db(transaction=True)`.
    """

    def act() -> T:
        try:
            return action(*args, **kwargs)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool.submit(act)
