"""The smallest site the supervisor can run: settings, addresses, one page. No page of ours."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

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
MEDIA_ROOT = DATA_DIR / "media"
STATIC_URL = "/static/"
STATIC_ROOT = data_dir() / "static"
USE_TZ = True


def ready(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ready")


urlpatterns = [path("readyz", ready)]
