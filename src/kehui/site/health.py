"""Is it alive, is it ready, how does it do: for supervisors and operators."""

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import now
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from kehui.core.dates import day_of
from kehui.people import policies, selectors
from kehui.people.models import Person


def alive(_request: HttpRequest) -> HttpResponse:
    """Answer while the process lives."""
    return JsonResponse({"status": "ok"})


def ready(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database is reachable and migrated, 503 otherwise."""
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except OperationalError:
        return JsonResponse({"status": "no database"}, status=503)
    if waiting:
        return JsonResponse({"status": "migrating", "waiting": waiting}, status=503)
    return JsonResponse({"status": "ready"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its text. Operators only; a monitor signs in with a personal token."""
    if not policies.may_operate(_person_of(request), today=day_of(now())):
        raise PermissionDenied
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _person_of(request: HttpRequest) -> Person | None:
    if request.user.is_authenticated:
        return request.user.person
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = selectors.usable_token(secret, at=now()) if scheme.lower() == "bearer" else None
    return token.person if token else None
