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
from typing import Any

PASSWORD = "kehui-bench"  # noqa: S105 - of a demonstration that vanishes


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


def call(address: str, token: str, path: str, body: object = None, key: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{address}/api/v1{path}", data, headers)
    with urllib.request.urlopen(request) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def pages(firm: Browser, rounds: int) -> list[float]:
    """Return the milliseconds of each reading of the firm's need, after some to warm up."""
    needs = re.findall(r'href="(/needs/\d+/)"', firm.get("/me/items/"))
    times = []
    for number in range(rounds + 20):
        began = time.perf_counter()
        page = firm.get(f"{needs[0]}?show=10")
        times.append((time.perf_counter() - began) * 1000)
        assert page.count('<article class="match"') == 10, number
    return times[20:]


def publishing(firm: Browser, count: int) -> list[float]:
    """Return the seconds from each acknowledged publication to its first visible matches."""
    page = firm.post("/me/tokens/", [("name", "bench"), ("scopes", "read"), ("scopes", "publish")])
    shown = re.search(r"kehui_[\w-]{30,}", page)
    assert shown, "no token on the page"
    token, waits = shown.group(), []
    deadline = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    # The words of other people's needs: as long and as varied as needs are
    listed = call(firm.address, token, f"/needs?limit={count}")["items"]
    for number, each in enumerate(listed):
        told = call(firm.address, token, f"/needs/{each['id']}")
        body = {
            "kind": "service", "category": "1206", "title": told["title"],
            "description": told["description"], "price_mode": "negotiated",
            "negotiable_reason": "看样品再定", "deadline": deadline, "contact_name": "陈工",
            "contact_channel": "028-00000000", "accepts_terms": True,
        }  # fmt: skip
        made = call(firm.address, token, "/needs", body, key=f"bench-{time.time_ns()}-{number}")
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
            say("need page, signed in, ten matches explained", pages(firm, given.rounds), "ms")
            if given.publish:
                say("published → matches visible", publishing(firm, given.publish), "s")


if __name__ == "__main__":
    main()
