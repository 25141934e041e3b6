"""What the source does not do at all: read from the tree, not believed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.signing import TimestampSigner
from django.utils.module_loading import import_string
from tests.architecture.source import REPOSITORY, ROOT, called, calls, modules, tree

from kehui.site.settings import PASSWORD_HASHERS
from kehui.web import stylesheet

STATIC: Final = Path(stylesheet.__file__).parent / "static"
SCRIPTS: Final = [*sorted((STATIC / "js").glob("*.js")), ROOT / "web/templates/home/worker.js"]
# Program text from data, processes by a shell, objects from bytes
NEVER_CALLED: Final = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.loads",
    "pickle.load", "marshal.loads", "shelve.open", "yaml.load", "dill.loads", "input",
}  # fmt: skip
# Standards that no program here speaks: LDAP, XPath, LaTeX, JNDI, memcached, GraphQL, WebSocket, …
NEVER_IMPORTED: Final = {
    "pickle", "marshal", "shelve", "yaml", "dill", "ldap", "ldap3", "lxml", "pylatex", "jinja2",
    "mako", "pylibmc", "pymemcache", "memcache", "graphene", "strawberry", "channels",
    "websockets", "xmlrpc", "telnetlib", "imaplib", "jwt", "markdown", "bleach",
}  # fmt: skip
SHELLS: Final = {"shell"}
CHANCE: Final = {"random", "numpy.random"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def written(node: ast.expr) -> str:
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def every_call() -> Iterator[tuple[str, ast.Call, str]]:
    for path in modules():
        for node in calls(path):
            yield called(path, node), node, written(node.func)


def test_no_text_becomes_a_program() -> None:
    compiled = "re.compile"
    found = [place for place, _node, name in every_call() if name in NEVER_CALLED - {compiled}]

    assert found == []


def test_no_process_is_started_by_a_shell() -> None:
    found = [
        place
        for place, node, _name in every_call()
        for each in node.keywords
        if each.arg in SHELLS
        and not (isinstance(each.value, ast.Constant) and not each.value.value)
    ]

    assert found == []


def test_what_nobody_speaks_is_not_imported() -> None:
    found = {
        (str(path.relative_to(ROOT)), name)
        for path in modules()
        for name in imports(path)
        if name.split(".")[0] in NEVER_IMPORTED
    }

    assert found == set()


def test_markup_of_others_is_read_without_definitions() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in modules()
        for name in imports(path)
        if name.split(".")[0] in {"xml", "defusedxml", "expat"}
    }

    assert readers <= {"core/workbooks/child.py"}  # tests/core/workbooks: bombs of entities


def is_put_together(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(each, ast.FormattedValue) for each in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod | ast.Add)
    return isinstance(node, ast.Call) and written(node.func).endswith(".format")


def sql_put_together() -> list[str]:
    return [
        place
        for place, node, name in every_call()
        if name.rpartition(".")[2] in {"execute", "executemany", "raw", "RawSQL", "extra"}
        and node.args
        and is_put_together(node.args[0])
    ]


# Each puts together our own words alone: a channel, the SQL of a queryset, a quoted name
OF_OUR_OWN_WORDS: Final = frozenset(
    {
        "jobs/worker.py",
        "market/selectors/facets.py",
        "market/selectors/doubles.py",
        "server/postgres.py",
    }
)


def test_no_question_to_the_database_is_put_together_from_text() -> None:
    assert {each.rpartition(":")[0] for each in sql_put_together()} == OF_OUR_OWN_WORDS


def test_no_weak_digest_serves_anything() -> None:
    found = [
        place
        for place, _node, name in every_call()
        if name in {"hashlib.md5", "hashlib.sha1", "hashes.MD5", "hashes.SHA1"}
    ]

    assert found == []


def test_secrets_come_from_the_system() -> None:
    """`random` is for invented data and for engines that are told their seed."""
    users = {
        str(path.relative_to(ROOT)).split("/")[0]
        for path in modules()
        for name in imports(path)
        if name in CHANCE
    }

    assert users <= {"demo", "engines", "cli", "matching"}


def is_of_constants(node: ast.expr) -> bool:
    parts = [each.value for each in ast.walk(node) if isinstance(each, ast.FormattedValue)]
    return bool(parts) and all(
        re.fullmatch(r"_?[A-Z][A-Z_]*(\.pattern)?", ast.unparse(each)) for each in parts
    )


def test_no_pattern_is_made_of_what_somebody_typed() -> None:
    found = [
        place
        for place, node, name in every_call()
        if name in {"re.compile", "re.search", "re.match", "re.fullmatch", "re.sub", "re.findall"}
        and node.args
        and is_put_together(node.args[0])
        and not is_of_constants(node.args[0])
    ]

    assert found == []


def test_no_template_is_made_of_text() -> None:
    makers = {"Template", "engines.from_string", "Engine", "from_string", "mark_safe", "SafeString"}
    found = {
        place.split(":")[0]
        for place, _node, name in every_call()
        if name in makers or name.endswith(".from_string")
    }

    assert found <= {
        "web/templatetags/drawings.py"  # escapes what passes through
    }


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_keep_nothing_and_listen_to_nobody(path: Path) -> None:
    text = path.read_text("utf-8")
    if path.name == "device.js":
        # The one thing kept: a key that no script can read out, not even this one
        assert ".generateKey(CURVE, false," in text
        assert re.findall(r"\.put\(([^)]*)\)", text) == ['kept, "session"']
        assert "const kept = { device: null, key: pair.privateKey, half, drift: 0 };" in text
        text = text.replace("indexedDB", "")
    if path.name == "challenge.js":
        text = text.replace("worker.postMessage(", "")  # to workers it started itself, no window

    for word in (
        "localStorage", "sessionStorage", "indexedDB", "document.cookie", "postMessage",
        '"message"', "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
        "new Function", "jsonp", "__proto__", ".prototype", "window.name", "WebSocket",
        "RTCPeerConnection", "Object.assign",
    ):  # fmt: skip
        assert word not in text, word
    assert '"use strict"' in text or "import " in text or path.name != "worker.js"


def test_no_secret_stands_in_the_repository() -> None:
    pattern = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}"
        r"|(?i:secret_key|password)\s*=\s*['\"]\w{12,}"
    )
    for path in (REPOSITORY / "src").rglob("*"):
        if path.suffix in {".py", ".toml", ".html", ".js", ".json", ".md"}:
            assert not pattern.search(path.read_text("utf-8")), path


def test_passwords_are_hashed_as_the_standard_asks() -> None:
    hasher: Any = import_string(PASSWORD_HASHERS[0])()

    assert type(hasher) is Argon2PasswordHasher
    assert hasher.algorithm == "argon2"
    # at least 19 MiB, 2 passes, 1 lane (OWASP); Django's defaults are above
    assert hasher.memory_cost >= 19_456
    assert hasher.time_cost >= 2
    assert "argon2id" in hasher.encode("correct horse", "saltsaltsalt")


def test_links_that_expire_are_signed_with_a_long_code() -> None:
    signature = TimestampSigner().sign("x").rpartition(":")[2]

    assert len(signature) >= 43  # SHA-256 in base64
    assert len(settings.SECRET_KEY) >= 50


def test_dependencies_are_pinned_with_their_hashes() -> None:
    for name in ("runtime.txt", "dev.txt"):
        text = (REPOSITORY / "requirements" / name).read_text("utf-8")
        blocks = re.split(r"\n(?=[a-z0-9])", text.replace("\\\n", ""))
        pins = [each for each in blocks if re.match(r"[a-z0-9]", each)]
        assert len(pins) > 30
        assert [
            each[:60] for each in pins if "--hash=sha256:" not in each or "==" not in each
        ] == []
        assert "--index-url" not in text
        assert "git+" not in text


def test_no_weak_mode_is_used() -> None:
    text = "\n".join(path.read_text("utf-8") for path in modules())

    for weak in ("modes.ECB", "modes.CBC", "PKCS1v15", "ARC4", "TripleDES", "Blowfish", "CAST5"):
        assert weak not in text
    assert {"AESGCM"} <= set(re.findall(r"AESGCM|AESCCM|AESSIV", text)) <= {"AESGCM"}
