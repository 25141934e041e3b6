"""The `kehui` command: `kehui up`, and `kehui <verb> <noun> …` for every management command."""

import ast
import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from kehui.server import embedded, external, ground
from kehui.server.output import Output
from kehui.server.paths import Folder, data_dir, external_url
from kehui.server.refusals import CannotRun
from kehui.server.up import NOTE, HandOver, up

REFUSED_STATUS = 1
UNKNOWN_STATUS = 2
INTERRUPTED_STATUS = 130
OUR_APPS = "kehui."
# Of Django's own commands, those that read no database
NEED_NO_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "makemessages",
    "makemigrations",
}
# Those that look at the migrations themselves
NO_MIGRATION_FIRST = {"dbshell", "migrate", "showmigrations", "sqlmigrate"}


def main(arguments: list[str] | None = None) -> None:
    """Run the command of this process's command line, and exit with its status."""
    words = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehui.site.settings")
    try:
        sys.exit(run(words))
    except CannotRun as refusal:
        Output().say("科汇", f"✗ {refusal.message} [{refusal.code}]", level="error")
        Output().say("科汇", f"  {refusal.message_en}", level="error")
        sys.exit(refusal.exit_status)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED_STATUS)
    except HandOver as wish:
        os.environ[NOTE] = wish.note
        os.execv(sys.executable, [sys.executable, "-P", "-m", "kehui.cli", "up"])  # noqa: S606


def run(words: list[str]) -> int:
    if words[:1] == ["up"] and not {"-h", "--help"} & set(words):
        up()
        return 0
    if words[:1] in ([], ["help"], ["-h"], ["--help"]):
        return show_help(words[1:])
    set_up_django()
    name, rest = resolve(words)
    if not name:
        known = "、".join(["up", *sorted(spoken(each) for each in our_commands())])
        sys.stderr.write(f"没有“{' '.join(words[:2])}”这个命令。可用的命令：{known}。\n")
        return UNKNOWN_STATUS
    return execute(name, rest)


def set_up_django() -> None:
    import django

    ground.check_folder(Folder(data_dir()))  # the settings keep the secret key in it
    if url := external_url():
        external.check_form(url)
    django.setup()


def resolve(words: list[str]) -> tuple[str, list[str]]:
    """Return the management command that the words name, and the words that are left.

    `verify ledger` and `ledger verify` both name verify_ledger. Nothing is returned as the name
    when there is no such command.
    """
    from django.core.management import get_commands

    known = get_commands()
    plain = [each.replace("-", "_") for each in words[:2]]
    if len(plain) == 2:
        for name in ("_".join(plain), "_".join(reversed(plain))):
            if name in known:
                return name, words[2:]
    if plain[0] in known:
        return plain[0], words[1:]
    return "", words


def sentence_of(app: str, name: str) -> str:
    """Return the `help` a command's source states, without importing what the command needs."""
    spec = importlib.util.find_spec(f"{app}.management.commands.{name}")
    if spec is None or spec.origin is None:
        return ""
    for node in ast.walk(ast.parse(Path(spec.origin).read_bytes())):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "help":
            said = [each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant)]
            return "".join(map(str, said)).strip().split("\n")[0]
    return ""


@contextlib.contextmanager
def database_for(name: str, *, migrates: bool) -> Iterator[None]:
    """Have a database of the present structure inside the block, started here when none runs."""
    if url := external_url():
        external.check(url, Output())
        yield
        return
    with embedded.database(Folder(data_dir()), what=f"kehui {spoken(name)}") as is_ours:
        if is_ours and migrates:
            migrate_if_needed()
        yield


def migrate_if_needed() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        Output().say("准备", "正在更新数据库结构……")
        call_command("migrate", interactive=False, verbosity=0)


def show_help(words: list[str]) -> int:
    """Print every command with its sentence, or the help of the one that is named."""
    if words:
        return run([*words, "--help"])
    set_up_django()
    lines = {"up": "启动数据库、网站和后台，直到 Ctrl-C。"}
    for name, app in our_commands().items():
        lines[spoken(name)] = sentence_of(app, name)
    width = max(map(len, lines))
    sys.stdout.write("用法：kehui <命令> [参数]    kehui <命令> --help 查看某个命令\n\n")
    for name, sentence in sorted(lines.items()):
        sys.stdout.write(f"  {name:<{width}}  {sentence}\n")
    sys.stdout.write("\nDjango 自带的命令（migrate、shell、createsuperuser 等）也可直接使用。\n")
    return 0


def our_commands() -> dict[str, str]:
    """Return our management commands, each with the app that holds it."""
    from django.core.management import get_commands

    return {name: str(app) for name, app in get_commands().items() if str(app).startswith(OUR_APPS)}


def spoken(name: str) -> str:
    return name.replace("_", " ")


def execute(name: str, rest: list[str]) -> int:
    """Run one management command, with a database under it when it needs one."""
    from django.core.management import (
        CommandError,
        get_commands,
        load_command_class,
    )

    from kehui.core.errors import Refused

    command = load_command_class(get_commands()[name], name)
    wants = getattr(command, "needs_database", name not in NEED_NO_DATABASE)
    wants_migrations = getattr(command, "migrates_first", name not in NO_MIGRATION_FIRST)
    if {"-h", "--help"} & set(rest):
        wants = False
    try:
        with database_for(name, migrates=wants_migrations) if wants else contextlib.nullcontext():
            command.run_from_argv(["kehui", spoken(name), *rest])
    except Refused as refusal:
        sys.stderr.write(f"✗ {refusal} [{refusal.code}]\n")
        return REFUSED_STATUS
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return error.returncode
    return 0
