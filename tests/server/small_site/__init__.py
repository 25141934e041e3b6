"""The smallest site the supervisor can run: settings, addresses, two views, none of ours."""

from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from kehui.server.paths import data_dir, database_settings

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.server.small_site"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "kehui.core",
    "kehui.ledger",
    "tests.server.small_site",
    "kehui.cli",
]
DATABASES = {"default": database_settings()}
DATA_DIR = data_dir()
AUDIT_DIR = DATA_DIR / "audit"
AUDIT_ORIGIN = WITNESSES = ""
REGION = "510000"
MEDIA_ROOT = DATA_DIR / "media"
STATIC_URL = "/static/"
STATIC_ROOT = data_dir() / "static"
USE_TZ = True


def ready(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ready")


def write(request: HttpRequest) -> HttpResponse:
    """Record one fact for an idempotency key, as every write door does."""
    from kehui.ledger.facts import Fact
    from kehui.ledger.models import Response
    from kehui.ledger.services import once, record

    @dataclass(frozen=True, kw_only=True)
    class Written(Fact):
        kind: ClassVar[str] = "test.written"
        key: str

    key, at = request.headers["Idempotency-Key"], timezone.now()

    def action() -> Response:
        (entry,) = record(Written(key=key), actor=None, at=at)
        return Response(status=201, body={"entry": entry.pk})

    answer = once(key=key, door="test", person=None, request=request.body, at=at, action=action)
    return HttpResponse(str(answer.body["entry"]), status=answer.status)


urlpatterns = [path("readyz", ready), path("write", write)]
