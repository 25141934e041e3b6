"""What the documents of security say is what the program does."""

import ast
import re
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher as Hasher
from django.urls import get_resolver
from tests.architecture.source import REPOSITORY, ROOT, TEMPLATES, modules, tree
from tests.rights.walking import pages

from kehui.jobs import tasks
from kehui.market.models.attachments import MOST_BYTES, MOST_FILES
from kehui.market.services.attachments import MOST_FILES_OF_A_PERSON
from kehui.people.services import tries
from kehui.web.security_log import DOORS

LOGGING: Final[Any] = settings.LOGGING
FOLDER: Final = REPOSITORY / "docs" / "security"
ACCOUNTS: Final = (FOLDER / "accounts.md").read_text("utf-8")
INVENTORY: Final = (FOLDER / "inventory.md").read_text("utf-8")


def figures(text: str) -> dict[str, int]:
    found = re.findall(r"^\| ([^|]+) \| (\d+) \|", text, flags=re.MULTILINE)
    return {name: int(figure) for name, figure in found}


def test_limits_stand_in_the_documents_as_in_the_program() -> None:
    assert figures(ACCOUNTS) == {
        "wrong passwords of one name": tries.TRIES_PER_USERNAME,
        "tries of one block of addresses (/24, /56)": tries.TRIES_PER_BLOCK,
        "sign-ups of one block of addresses": tries.SIGN_UPS_PER_BLOCK,
        "minutes that a try counts": tries.WINDOW.total_seconds() / 60,
        "calls per minute of one token": settings.CALLS_PER_MINUTE,
        "numbers one operator sees in full per day": settings.UNMASKINGS_PER_DAY,
        "items one person hands in per day": settings.DAILY_CAP_PER_PERSON,
        "items one organization hands in per day": settings.DAILY_CAP_PER_ORGANIZATION,
        "files of one item": MOST_FILES,
        "megabytes of one file": MOST_BYTES // 2**20,
        "megabytes of all files of one person": settings.FILES_MB_PER_PERSON,
        "files of one person": MOST_FILES_OF_A_PERSON,
        "days after signing in": settings.SESSION_COOKIE_AGE // 86_400,
        "hours without a request": settings.SESSION_IDLE_SECONDS // 3_600,
        "staff: hours after signing in": settings.STAFF_SESSION_SECONDS // 3_600,
        "staff: minutes without a request": settings.STAFF_IDLE_SECONDS // 60,
    }


def test_every_way_to_sign_in_is_named() -> None:
    ways = {
        each.name
        for each in pages(get_resolver().url_patterns)
        if re.search(r"login|sign_in|authenticate|signup", each.name)
    }

    assert {name for name in ways | set(DOORS) if f"`{name}`" not in ACCOUNTS} == set()
    assert settings.AUTHENTICATION_BACKENDS == ["django.contrib.auth.backends.ModelBackend"]


def test_no_form_asks_for_hints_or_secret_questions() -> None:
    texts = [path.read_text("utf-8") for path in (*TEMPLATES.rglob("*.html"), *modules())]
    pattern = r"密保问题|安全问题|密码提示|secret.question|password_hint|security_question"

    assert [found for text in texts for found in re.findall(pattern, text)] == []


def test_keys_and_algorithms_are_listed() -> None:
    families = re.compile(
        r"cryptography\.hazmat\.primitives\.(asymmetric\.\w+|ciphers\.\w+|hashes|hmac)"
    )
    used = {
        each.name.removesuffix("PrivateKey").removesuffix("PublicKey")
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and families.fullmatch(node.module or "")
        for each in node.names
    }

    assert {"AESGCM", "SM4", "Ed25519"} <= used
    assert {each for each in used - {"Hash"} if f"`{each}`" not in INVENTORY} == set()


def test_whom_the_platform_asks_is_listed() -> None:
    asking = {"KEHUI_DATABASE_URL", "KEHUI_OUTBOUND"} | {
        f"KEHUI_{name}"
        for name in re.findall(r'env\("([A-Z_]+)"', (ROOT / "site/settings.py").read_text("utf-8"))
        if re.search(r"_URL$|_SERVICE$|WITNESSES|RAY_ADDRESS", name)
    }

    assert len(asking) >= 6
    assert {each for each in asking if f"`{each}`" not in INVENTORY} == set()


def test_every_log_is_listed() -> None:
    named = set()
    for path in modules():
        module = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        for name in re.findall(r"getLogger\(([^)]+)\)", path.read_text("utf-8")):
            named.add(module if name == "__name__" else name.strip('"'))

    assert {each for each in named if f"`{each}`" not in INVENTORY} == set()
    assert set(LOGGING["handlers"]) == {"stderr"}
    assert LOGGING["root"]["handlers"] == ["stderr"]


def test_what_takes_long_is_named() -> None:
    assert tasks.__doc__
    for word in ("index", "matching", "embedding", "doubles", "workbook", "import", "Argon2id"):
        assert word in INVENTORY.partition("## What takes long")[2], word


def test_figures_of_argon_are_those_of_the_hasher() -> None:
    told = (
        f"{Hasher.memory_cost // 1024} MiB, {Hasher.time_cost} passes, {Hasher.parallelism} lanes"
    )
    assert told in INVENTORY
