"""What every page must pass in a real browser, whoever wrote it.

    with chromium() as browser:
        page = open_page(browser, width=390)
        page.goto(address)
        assert audit(page) == []

Chromium is the system's; nothing is fetched. A finding is a sentence, so that a failed assertion
reads as a list of what to mend.
"""

import gzip
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1.min.js"
FLAGS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
TARGET_DESKTOP, TARGET_TOUCH, TARGET_ELDER = 24, 44, 60
FONT, FONT_ELDER = 12, 18
MOST_REQUESTS, MOST_BYTES = 12, 110_000

WATCH = """
window.__broken = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__broken.push(event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile));
"""
SMALLEST_FONT = """() => {
  let least = [99, ""];
  document.querySelectorAll("body *").forEach((each) => {
    const speaks = [...each.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!speaks || !each.getClientRects().length || each.closest("svg, .sr, option")) return;
    const size = parseFloat(getComputedStyle(each).fontSize);
    if (size < least[0]) least = [size, each.className || each.tagName];
  });
  return least;
}"""
# A box or radio inside a label is pressed through the label; a link inside a sentence may be as
# low as the sentence; what cannot be seen cannot be pressed.
SMALL_TARGETS = """(least) => {
  const seen = [];
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  document.querySelectorAll(all).forEach((each) => {
    const label = /^(checkbox|radio)$/.test(each.type || "") && each.closest("label");
    const box = (label || each).getBoundingClientRect();
    const style = getComputedStyle(each);
    if (!box.width || !box.height || style.visibility === "hidden") return;
    if (each.closest(".sr, [inert]")) return;
    if (each.matches(".skip, .card h3 a, .card h2 a") || box.bottom < 0) return;
    const inText = style.display.startsWith("inline")
      && each.closest("p, li, dd, td, th, h1, h2, h3")
      && !each.matches(".btn, .chip, .iconbtn") && !each.closest("nav");
    if (inText) return;
    if (box.height < least - 0.5) {
      const name = each.getAttribute("aria-label") || each.textContent.trim() || each.name;
      seen.push((name || each.tagName).slice(0, 20) + " " + Math.round(box.height));
    }
  });
  return seen;
}"""
OVERFLOW = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= window.innerWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1)
    .map((each) => each.tagName + "." + each.className).slice(0, 5);
}"""
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"
# axe is a script of ours that the page's own policy would refuse; evaluate() passes it by.
RUN_AXE = "(rules) => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium; skip where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def open_page(browser: Browser, *, width: int = 1440, scripts: bool = True, **options: Any) -> Page:
    """Open a page that remembers its console errors, refused files and requests."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 844 if width < 760 else 900},
        has_touch=width < 760,
        locale=options.pop("locale", "zh-CN"),
        java_script_enabled=scripts,
        **options,
    )
    context.add_init_script(WATCH)
    page = context.new_page()
    heard: list[str] = []
    asked: list[Request] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(message.text)

    def ask(request: Request) -> None:
        asked.append(request)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("requestfinished", ask)
    noted: Any = page
    noted.heard, noted.asked = heard, asked
    return page


def heard_by(page: Any) -> list[str]:
    """Return the errors of the console since the page was opened."""
    found: list[str] = page.heard
    return found


def asked_by(page: Any) -> list[Request]:
    """Return the requests that came to an end since the page was opened."""
    found: list[Request] = page.asked
    return found


def audit(page: Page, *, elder: bool = False, axe: bool = True) -> list[str]:
    """Return every fault of the page that is open, as sentences."""
    width = (page.viewport_size or {"width": 1440})["width"]
    touch = width < 760
    found = [f"console: {each}" for each in heard_by(page)]
    found += [f"content policy: {each}" for each in page.evaluate("window.__broken || []")]
    if (over := page.evaluate(TOO_WIDE)) > 0:
        found.append(f"wider than the screen by {over} px: {page.evaluate(OVERFLOW)}")

    size, where = page.evaluate(SMALLEST_FONT)
    if size < (FONT_ELDER if elder else FONT) - 0.05:
        found.append(f"font of {size} px at {where}")
    least = TARGET_ELDER if elder else TARGET_TOUCH if touch else TARGET_DESKTOP
    found += [
        f"target lower than {least} px: {each}" for each in page.evaluate(SMALL_TARGETS, least)
    ]
    return found + (violations(page) if axe else [])


def violations(page: Page) -> list[str]:
    """Return what axe-core finds against WCAG 2.1 A/AA and its best practice."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(RUN_AXE, RULES)
    return [
        f"axe {rule['id']} ({rule['impact']}) at {node['target']}: "
        f"{json.dumps(node.get('failureSummary', ''), ensure_ascii=False)[:300]}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def weight(page: Page) -> tuple[int, int]:
    """Return how many requests the page took, and their bytes as a site that compresses sends them.

    The tests' own server compresses pages, but no static files.
    """
    total = 0
    for request in asked_by(page):
        response = request.response()
        assert response is not None  # it is finished
        body, kind = response.body(), response.headers.get("content-type", "")
        is_text = kind.startswith("text/") or "javascript" in kind or "svg" in kind
        total += len(gzip.compress(body)) if is_text else len(body)
    return len(asked_by(page)), total
