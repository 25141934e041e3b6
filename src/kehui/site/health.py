"""Is it alive, is it ready, how does it do: for supervisors and operators."""

import os
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kehui.core.dates import day_of
from kehui.matching.services import encoder_standing
from kehui.people import policies, selectors
from kehui.people.models import ApiToken, Person


@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer while the process lives."""
    return JsonResponse({"status": "ok"})


@require_safe
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


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its text. Operators only; a monitor brings a token of the scope metrics."""
    if not policies.may_operate(_person_of(request), today=day_of(now())):
        raise PermissionDenied
    figures = CollectorRegistry()
    figures.register(EncoderFigures())
    told = generate_latest(_registry()) + generate_latest(figures)
    return HttpResponse(told, content_type=CONTENT_TYPE_LATEST)


class EncoderFigures(Collector):
    """How far the encoder has come, read when it is asked for: the database knows, no process."""

    def collect(self) -> Iterator[Metric]:
        standing = encoder_standing()
        progress = standing.progress
        for name, help_, value in (
            ("published_items", "Items that should have a vector.", standing.published),
            ("items_without_vector", "Published items ranked by words.", standing.missing),
            ("encoder_serves", "1 when what is asked for serves.",
             float(standing.serving == standing.wanted)),
            ("encoder_rounds_failed", "Failures while embedding.",
             progress.failures if progress else 0),
            ("encoder_items_refused", "Items the encoder cannot embed.",
             progress.refused if progress else 0),
        ):  # fmt: skip
            yield GaugeMetricFamily(f"kehui_{name}", help_, value=value)


def _registry() -> CollectorRegistry:
    """Return what all processes of the web have counted, or this one where it is alone."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry


def _person_of(request: HttpRequest) -> Person | None:
    if request.user.is_authenticated:
        return request.user.person
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = selectors.usable_token(secret, at=now()) if scheme.lower() == "bearer" else None
    return token.person if token and ApiToken.Scope.METRICS in token.scopes else None
