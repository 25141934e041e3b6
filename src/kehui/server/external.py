"""A database somebody else runs: reachable, and new enough?"""

import psycopg
from psycopg.conninfo import conninfo_to_dict

from kehui.server.output import Output
from kehui.server.programs import MAJOR
from kehui.server.refusals import BadSetting, Unreachable, WrongVersion

CONNECT_SECONDS = 5
PARTS_OF_A_MAJOR = 10_000


def check_form(url: str) -> None:
    """Refuse what is not an address of a database. It is not repeated: it may hold a password."""
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise BadSetting(
            "KEHUI_DATABASE_URL 写得不对。正确的形式：postgresql://用户:口令@主机:5432/库名",
            "KEHUI_DATABASE_URL is malformed. It looks like postgresql://user:password@host/name",
        ) from None


def check(url: str, output: Output, *, needed: int = int(MAJOR)) -> None:
    """Refuse a database that does not answer or is too old; warn of one that is newer than known.

    The address is never repeated in the words: it may hold a password.
    """
    check_form(url)
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS) as connection:
            found = connection.info.server_version // PARTS_OF_A_MAJOR
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise Unreachable(
            f"连不上 KEHUI_DATABASE_URL 指定的数据库：{reason}。请检查地址、口令和网络。",
            f"The database of KEHUI_DATABASE_URL does not answer: {reason}",
        ) from error
    if found < needed:
        raise WrongVersion(
            f"外部数据库是 PostgreSQL {found}，需要 {needed} 或更新。请先升级它。",
            f"The external database is PostgreSQL {found}; {needed} or newer is needed.",
        )
    if found > needed:
        output.say("数据库", f"注意：PostgreSQL {found} 比测试过的 {needed} 新。", level="warning")
