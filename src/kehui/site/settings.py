"""Every setting of the platform, read from the environment (KEHUI_…) with plain defaults.

A secret may come from a variable or, when the variable ends in _FILE, from a file.
"""

import os
import secrets
from pathlib import Path

from kehui.server.paths import data_dir, database_settings

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = data_dir()


def env(name: str, default: str = "") -> str:
    return os.environ.get(f"KEHUI_{name}", default)


def env_bool(name: str, *, default: bool = False) -> bool:
    return env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def env_secret(name: str, file: Path) -> str:
    """Return the secret of the variable, of the file it names, or of our own file, made once."""
    if value := env(name):
        return value
    path = Path(env(f"{name}_FILE") or file)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def env_token(name: str) -> str:
    """Return a secret that others gave us: of the variable, of the file it names, or none."""
    if file := env(f"{name}_FILE"):
        return Path(file).read_text(encoding="ascii").strip()
    return env(name)


# What the operator says of itself ---------------------------------------------------------------
BRAND = env("BRAND", "科汇")
TAGLINE = env("TAGLINE", "四川科技供需市场")
REGION = env("REGION", "510000")  # GB/T 2260 code of the place this instance serves
OPERATOR = env("OPERATOR")
SUPPORTER = env("SUPPORTER")
HOTLINE = env("HOTLINE")
HOTLINE_HOURS = env("HOTLINE_HOURS")
ICP = env("ICP")
POLICE_RECORD = env("POLICE_RECORD")
SITE_CODE = env("SITE_CODE")
MAP_REVIEW_NO = env("MAP_REVIEW_NO")
POLICY_PROFILE = env("POLICY_PROFILE", "gov_operator")  # core/data/policy_profiles.toml

# Rules of the market that an operator may set ---------------------------------------------------
# A new account may publish at once. For demonstrations: a real instance identifies people first.
OPEN_VERIFICATION = env_bool("OPEN_VERIFICATION")
DAILY_CAP_PER_PERSON = int(env("DAILY_CAP_PER_PERSON", "10"))
DAILY_CAP_PER_ORGANIZATION = int(env("DAILY_CAP_PER_ORGANIZATION", "30"))
VALID_DAYS = int(env("VALID_DAYS", "180"))
FILES_MB_PER_PERSON = int(env("FILES_MB_PER_PERSON", "500"))
CALLS_PER_MINUTE = int(env("CALLS_PER_MINUTE", "120"))  # of one personal token

# Personal data ----------------------------------------------------------------------------------
# Algorithms of new keys: intl (AES-GCM, SHA-256) or gm (SM4-GCM, SM3). `kehui rotate keys` moves
# what is there.
CRYPTO = env("CRYPTO", "intl")
KEYS_DIR = Path(env("KEYS_DIR") or DATA_DIR / "keys")
KEY_SERVICE = env("KEY_SERVICE")  # an address, when a service holds the keys
KEY_SERVICE_TOKEN = env_token("KEY_SERVICE_TOKEN")
KEY_SERVICE_SECONDS = float(env("KEY_SERVICE_SECONDS", "5"))
UNMASKINGS_PER_DAY = int(env("UNMASKINGS_PER_DAY", "30"))  # of one operator

# Short messages and mail (docs/operations/letters.md): console, http, for mail also smtp, or nobody
_CARRIER = "console" if env_bool("DEBUG") or OPEN_VERIFICATION else ""
LETTERS = {
    channel: {
        "carrier": env(f"{name}_CARRIER", _CARRIER),
        "url": env(f"{name}_URL"),
        "headers": env_token(f"{name}_HEADERS"),
        "body": env(f"{name}_BODY", '{"to": "{to}", "text": "{text}", "key": "{key}"}'),
    }
    for channel, name in (("phone", "SMS"), ("email", "MAIL"))
}
LETTER_SECONDS = float(env("LETTER_SECONDS", "10"))
CODES_PER_HOUR = int(env("CODES_PER_HOUR", "2000"))  # by everybody together: letters cost money
EMAIL_HOST, EMAIL_PORT = env("SMTP_HOST", "localhost"), int(env("SMTP_PORT", "587"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env("SMTP_USER"), env_token("SMTP_PASSWORD")
EMAIL_USE_TLS, EMAIL_TIMEOUT = env_bool("SMTP_TLS", default=True), LETTER_SECONDS
DEFAULT_FROM_EMAIL = env("MAIL_FROM", "noreply@localhost")

# Where this machine may send what others ask for; empty is nowhere (docs/security/hostile-input.md)
OUTBOUND = env("OUTBOUND")

# Django -----------------------------------------------------------------------------------------
DEBUG = env_bool("DEBUG")
SECRET_KEY = env_secret("SECRET_KEY", DATA_DIR / "secret_key")
ALLOWED_HOSTS = env("ALLOWED_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [each for each in env("TRUSTED_ORIGINS").split(",") if each]
HTTPS = env_bool("HTTPS")
SECURE_SSL_REDIRECT = SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # asked on this machine, and no secret
# How many proxies of ours stand in front; only what they add to X-Forwarded-… is believed.
TRUSTED_PROXIES = int(env("TRUSTED_PROXIES", "0"))
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# With HTTPS no other host, path or plain line can set or read a cookie of ours
_HOST = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_HOST}sessionid", f"{_HOST}csrftoken"
LANGUAGE_COOKIE_NAME, ELDER_COOKIE_NAME = f"{_HOST}django_language", f"{_HOST}kehui_elder"
DEVICE_COOKIE_NAME = f"{_HOST}kehui_device"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# A session ends so long after signing in, and so long after its last request
SESSION_COOKIE_AGE = 86_400 * int(env("SESSION_DAYS", "14"))
SESSION_IDLE_SECONDS = 3_600 * int(env("SESSION_IDLE_HOURS", "72"))
STAFF_SESSION_SECONDS = 3_600 * int(env("STAFF_SESSION_HOURS", "12"))
STAFF_IDLE_SECONDS = 60 * int(env("STAFF_IDLE_MINUTES", "30"))

ROOT_URLCONF = "kehui.site.urls"
WSGI_APPLICATION = "kehui.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "me:home"
LOGOUT_REDIRECT_URL = "web:home"
CSRF_FAILURE_VIEW = "kehui.web.errors.csrf_failed"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "ninja",
    "procrastinate.contrib.django",
    "kehui.core",
    "kehui.ledger",
    "kehui.people",
    "kehui.notices",
    "kehui.operations",
    "kehui.market",
    "kehui.matching",
    "kehui.deals",
    "kehui.hooks",
    "kehui.demo",
    "kehui.web",
    "kehui.jobs",
    "kehui.cli",
]

if DEBUG:
    INSTALLED_APPS.insert(0, "django.contrib.admin")  # raw data, for developers

MIDDLEWARE = [
    "kehui.site.middleware.content_security_policy",
    "kehui.site.lines.no_plain_programs",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kehui.site.middleware.compression",
    "kehui.site.middleware.request_log",
    "kehui.site.middleware.nothing_kept",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kehui.web.security_log.refusals",
    "django.contrib.messages.middleware.MessageMiddleware",
    "kehui.web.people.lifetimes.sessions_end",
    "kehui.web.people.arrivals.marks",
    "kehui.site.middleware.elder_mode",
    "kehui.web.people.factors.staff_with_two",
    "kehui.web.people.devices.Guard",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kehui.api.v1.door.call_limits",
    "kehui.site.middleware.no_nul",  # last: the page that says so needs all of the others
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kehui.site.context.site",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "kehui.web.templatetags.kehui",
            ],
        },
    }
]
COTTON_ISOLATE_BY_DEFAULT = True

DATABASES = {"default": database_settings()}

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "kehui.people.services.guessable.NotOurWords"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# Second factors: allauth's pages behind our own sign-in; accounts here have no e-mail address
STAFF_FACTORS = env("STAFF_FACTORS", "required")  # or optional: for demonstrations
# Who acts shows the key of the device, or the password once more; optional: for demonstrations
DEVICE_KEYS = env("DEVICE_KEYS", "required")
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * int(env("STEP_UP_MINUTES", "5"))
ACCOUNT_ADAPTER = "kehui.web.people.adapters.Accounts"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "kehui.web.people.adapters.Factors"
MFA_FORMS = {
    "activate_totp": "kehui.web.people.factor_forms.SetUp",
    "authenticate": "kehui.web.people.factor_forms.SignIn",
    "reauthenticate": "kehui.web.people.factor_forms.Again",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # http://localhost; browsers refuse other names

# Codes that were used and tries that were counted; every process of the site asks the same
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# Language, time ---------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"  # Chinese is the source language; locale/en holds the English interface
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_THOUSAND_SEPARATOR = False

# Files ------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "kehui.web.stylesheet.StylesheetFinder",
]
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_MAX_AGE = 60 * 60
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "woff2", "png", "ico", "gz")

# Audit log --------------------------------------------------------------------------------------
# Its key is here and never in the database; best on another disk, readable by the worker alone.
AUDIT_DIR = Path(env("AUDIT_DIR") or DATA_DIR / "audit")
AUDIT_ORIGIN = env("AUDIT_ORIGIN")
WITNESSES = env("WITNESSES")

# Matching ---------------------------------------------------------------------------------------
INDEX_DIR = DATA_DIR / "index"
MODELS_DIR = DATA_DIR / "models"
# What turns texts into vectors. All are text here: `kehui doctor` says in words what is wrong.
ENCODER = env("ENCODER", "built-in")
ENCODER_URL = env("ENCODER_URL")
ENCODER_MODEL = env("ENCODER_MODEL")
ENCODER_KEY = env("ENCODER_KEY")
ENCODER_KEY_FILE = env("ENCODER_KEY_FILE")
ENCODER_FOLDER = env("ENCODER_FOLDER")
ENCODER_POOLING = env("ENCODER_POOLING")
ENCODER_QUERY_PREFIX = env("ENCODER_QUERY_PREFIX")
ENCODER_PASSAGE_PREFIX = env("ENCODER_PASSAGE_PREFIX")
ENCODER_EDITION = env("ENCODER_EDITION")
ENCODER_AT_ONCE = env("ENCODER_AT_ONCE", "32")
ENCODER_SECONDS = env("ENCODER_SECONDS", "20")
# Shards of the index on several machines; without an address this machine answers alone.
RAY_ADDRESS = env("RAY_ADDRESS").strip()
RAY_SHARDS = max(1, int(env("RAY_SHARDS", "2")))
RAY_REPLICAS = max(1, int(env("RAY_REPLICAS", "2")))  # machines that hold each shard
RAY_SECONDS = float(env("RAY_SECONDS", "3"))  # for an answer, before the next replica is asked

# Logging: one line on a terminal, or one JSON object a line -------------------------------------
LOG_FORMAT = env("LOG", "text")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {
            "()": "kehui.site.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
        "json": {"()": "kehui.site.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "text",
        }
    },
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}, "procrastinate": {"level": "WARNING"}},
}

# The list that browsers ship is joined for the whole domain and for years: its owner decides
SILENCED_SYSTEM_CHECKS = ["security.W021"]
