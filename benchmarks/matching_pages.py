"""A whole site on this machine: the page of a need, and publish → matches visible.

    python benchmarks/matching_pages.py [--rounds 100] [--publish 20] [--data FOLDER]

Bars: server time of the page p95 of 150 ms, warm; matches visible within 2 s of the answer that
acknowledged the publication. It generates the small demonstration (or takes the one in FOLDER),
starts the site on a free port and talks to it over HTTP as a browser and a program do. The page's
time is the whole answer, read to its end, so it is above the server's own. The worker's queue of
the fresh demonstration is left as it is: somebody who publishes there must not wait for it.
"""

import argparse
import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

PASSWORD = "kehui-bench"  # noqa: S105 - of a demonstration that vanishes
PROBLEMS = (
    "{n} 号线蒸发器结垢严重，三天就要停机清洗，希望把盐分回收再用，出水稳定纳管，吨水成本降下来",
    "{n} 号库的猕猴桃贮藏三个月后软化太快，好果率只有六成，想要一套不用化学药剂的保鲜办法",
    "{n} 号压铸机的制动钳壳体内部缩松，加工完才发现，废品率百分之七，想在线判出来",
    "{n} 号窖的白酒酒糟放两天就发酸，想就地做成饲料原料，投资有限，占地不能超过一亩",
    "{n} 号隧道爆破后通风时间太长，要等四十分钟才能进人，粉尘和一氧化碳看不见",
)
SAMPLES = (
    "第 {n} 批样品和 {days} 天的运行数据可以提供，也欢迎先到现场看一看再谈。改造期间不能停产，"
    "场地有限，设备要能在现有厂房里装下。做得好的，后面还有两条同样的线要改；请说明以前在哪里做过、效果怎样。"
)


def environment(folder: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "KEHUI_DATA_DIR": str(folder),
        "KEHUI_PORT": str(port),
        "KEHUI_DAILY_CAP_PER_PERSON": "10000",
        "KEHUI_DAILY_CAP_PER_ORGANIZATION": "10000",
        "KEHUI_CALLS_PER_MINUTE": "100000",
    }


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """Run the site on the folder; yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (folder / "bench.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "kehui.cli", "up"],
            env=environment(folder, port),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{address}/readyz", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield address
        finally:
            process.terminate()
            process.wait(60)


class Browser:
    """Somebody signed in."""

    def __init__(self, address: str, username: str) -> None:
        self.address = address
        self.jar = http.cookiejar.CookieJar()
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar)).open
        self.post("/sign-in/", [("username", username), ("password", PASSWORD)])

    def get(self, path: str) -> str:
        with self.open(self.address + path) as answer:
            return str(answer.read().decode())

    def post(self, path: str, fields: list[tuple[str, str]]) -> str:
        page = self.get(path)
        hidden = dict(
            re.findall(r'type="hidden" name="(csrfmiddlewaretoken|key)" value="([^"]+)"', page)
        )
        body = urllib.parse.urlencode([*fields, *hidden.items()]).encode()
        with self.open(self.address + path, body) as answer:
            return str(answer.read().decode())


def call(
    address: str, token: str, path: str, body: object = None, key: str = ""
) -> dict[str, object]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{address}/api/v1{path}", data, headers)
    with urllib.request.urlopen(request) as answer:
        told: dict[str, object] = json.load(answer)
    return told


def pages(firm: Browser, rounds: int) -> list[float]:
    """Return the milliseconds of each reading of the firm's need, after some to warm up."""
    needs = re.findall(r'href="(/needs/\d+/)"', firm.get("/me/items/"))
    times = []
    for number in range(rounds + 20):
        began = time.perf_counter()
        page = firm.get(needs[0])
        times.append((time.perf_counter() - began) * 1000)
        assert page.count('class="match') >= 5, number
    return times[20:]


def publishing(firm: Browser, count: int) -> list[float]:
    """Return the seconds from each acknowledged publication to its first visible matches."""
    page = firm.post("/me/tokens/", [("name", "bench"), ("scopes", "read"), ("scopes", "publish")])
    told = re.search(r"kehui_[\w-]{30,}", page)
    assert told, "no token on the page"
    token, waits = told.group(), []
    deadline = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    for number in range(count):
        text = PROBLEMS[number % len(PROBLEMS)].format(n=number + 1)
        body = {
            "kind": "service", "category": "1206", "title": text[:30],
            "description": f"{text}。" + SAMPLES.format(n=number * 7919 % 1000, days=number * 31),
            "price_mode": "negotiated", "negotiable_reason": "看样品再定", "deadline": deadline,
            "contact_name": "陈工", "contact_channel": "028-00000000", "accepts_terms": True,
        }  # fmt: skip
        made = call(firm.address, token, "/needs", body, key=f"bench-{time.time_ns()}")
        began = time.perf_counter()
        while not call(firm.address, token, f"/needs/{made['id']}/matches")["items"]:
            time.sleep(0.02)
            if time.perf_counter() - began > 60:
                raise SystemExit(f"no matches of need {made['id']} after a minute")
        waits.append(time.perf_counter() - began)
    return waits


def say(what: str, values: list[float], unit: str) -> None:
    ordered, count = sorted(values), len(values)
    p50, p95 = ordered[count // 2], ordered[min(count - 1, int(0.95 * count))]
    worst = ordered[-1]
    print(f"{what}: p50 {p50:.2f} {unit}, p95 {p95:.2f}, worst {worst:.2f} ({count} times)")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--publish", type=int, default=20)
    parser.add_argument(
        "--data", type=Path, help=f"a demonstration made before, password {PASSWORD}"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kehui-bench-") as temporary:
        folder = given.data or Path(temporary)
        subprocess.run(
            [sys.executable, "-m", "kehui.cli", "demo", "--size", "small", "--password", PASSWORD],
            env=environment(folder, 0), check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        with site(folder) as address:
            firm = Browser(address, "firm")
            print(f"load {os.getloadavg()[0]:.1f}")
            say("need page, signed in, matches shown", pages(firm, given.rounds), "ms")
            say("published → matches visible", publishing(firm, given.publish), "s")


if __name__ == "__main__":
    main()
