"""The style guide in a real browser: every component, at three widths, with and without script."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.contrib.staticfiles.views import serve
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest
from django.test import override_settings
from playwright.sync_api import Browser, Page
from tests.browser import checks

pytestmark = pytest.mark.browser

QUIET_CONTEXT = "tests.web.context_for_styleguide.site"


class _Files(StaticFilesHandler):
    """Serves static files from the finders, as the styleguide needs no collectstatic."""

    def serve(self, request: HttpRequest) -> Any:
        return serve(request, self.file_path(request.path), insecure=True)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        return


def _without_database() -> dict[str, Any]:
    templates: list[dict[str, Any]] = [dict(django_settings.TEMPLATES[0])]
    options = dict(templates[0]["OPTIONS"])
    options["context_processors"] = [
        QUIET_CONTEXT if each == "kehui.site.context.site" else each
        for each in options["context_processors"]
    ]
    templates[0]["OPTIONS"] = options
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    return {
        "TEMPLATES": templates,
        "MIDDLEWARE": [m for m in django_settings.MIDDLEWARE if "whitenoise" not in m],
        "ROOT_URLCONF": "tests.web.urls_for_styleguide",
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": plain},
        },
    }


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with override_settings(**_without_database()):
        pages = _Files(get_wsgi_application())
        server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
        server.daemon_threads = True
        server.set_app(pages)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/styleguide/"
        server.shutdown()
        server.server_close()


def _open(browser: Browser, address: str, **options: Any) -> Page:
    page = checks.open_page(browser, **options)
    page.goto(address, wait_until="networkidle")
    return page


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
@pytest.mark.parametrize("width", [1440, 390, 320])
def test_every_component_passes_the_audit(
    browser: Browser, address: str, width: int, *, elder: bool
) -> None:
    page = _open(browser, address + ("?elder=1" if elder else ""), width=width)
    assert checks.audit(page, elder=elder) == []


@pytest.mark.parametrize(("width", "query"), [(1100, "in=1"), (390, "in=1"), (320, "in=1&elder=1")])
def test_the_head_of_somebody_signed_in_passes_too(
    browser: Browser, address: str, width: int, query: str
) -> None:
    page = _open(browser, f"{address}?{query}", width=width)
    assert checks.audit(page, elder="elder" in query) == []


def test_a_form_with_errors_passes_too_and_takes_the_focus(browser: Browser, address: str) -> None:
    page = _open(browser, address + "?errors=1", width=390)
    assert checks.audit(page) == []
    assert page.evaluate("document.activeElement.className") == "errors"
    page.click(".errors a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_title"


def test_a_page_takes_few_requests(browser: Browser, address: str) -> None:
    page = _open(browser, address)
    requests, _ = checks.weight(page)
    assert requests <= checks.MOST_REQUESTS
    hosts = {request.url.split("/")[2] for request in checks.asked_by(page)}
    assert hosts == {address.split("/")[2]}


def test_the_ring_is_seen_on_what_has_the_focus(browser: Browser, address: str) -> None:
    page = _open(browser, address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_a_sheet_is_a_dialog_with_script_and_gives_the_focus_back(
    browser: Browser, address: str
) -> None:
    page = _open(browser, address, width=390)
    opener = page.locator("[data-sheet] > summary").first
    opener.click()
    assert page.locator("dialog[open] form").count() == 1
    assert checks.violations(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert page.locator("[data-sheet] .sheet-body").first.count() == 1


def test_a_sheet_opens_without_script(browser: Browser, address: str) -> None:
    page = _open(browser, address, scripts=False)
    sheet = page.locator("[data-sheet]").first
    sheet.locator("summary").click()
    assert sheet.locator("input[type=radio]").first.is_visible()
    assert page.locator("select#id_place optgroup").count() == 3


def test_a_place_is_picked_in_two_steps_or_by_name(browser: Browser, address: str) -> None:
    page = _open(browser, address)
    picker = page.locator(".picker").first
    picker.locator(".picker-first").select_option(label="眉山市")
    assert page.input_value("#id_place") == "511400"
    picker.locator(".picker-second").select_option(label="洪雅县")
    assert page.input_value("#id_place") == "511423"
    picker.locator(".picker-search").fill("宜宾市 高县")
    assert page.input_value("#id_place") == "511525"
    assert picker.locator(".picker-first option:checked").inner_text() == "宜宾市"


def test_the_counter_counts_what_people_see(browser: Browser, address: str) -> None:
    page = _open(browser, address)
    page.fill("#id_title", "𠮷野家废水")
    assert page.inner_text("[data-counter=id_title]") == "5 / 60"


PINYIN = """async () => {
  const form = document.createElement("form");
  form.dataset.live = "";
  const field = document.createElement("input"); field.name = "q"; form.append(field);
  document.body.append(form);
  window.__fired = 0;
  form.addEventListener("kehui:search", () => { window.__fired += 1; });
  form.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  document.body.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  const input = form.firstChild;
  const type = (value, composing) => {
    input.value = value;
    input.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: composing }));
  };
  input.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
  for (const each of ["f", "fe", "fei", "fei s", "fei shui"]) {
    type(each, true);
    await new Promise((done) => setTimeout(done, 400));  // slower than a pause in typing
  }
  type("废水", true);
  input.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
}"""


def test_half_typed_pinyin_searches_once(browser: Browser, address: str) -> None:
    page = _open(browser, address)
    page.evaluate(PINYIN)
    page.wait_for_timeout(700)
    assert page.evaluate("window.__fired") == 1


def test_enter_in_the_input_method_does_not_send_the_form(browser: Browser, address: str) -> None:
    page = _open(browser, address)
    prevented = page.evaluate(
        """() => {
          const key = new KeyboardEvent("keydown",
            { key: "Enter", keyCode: 229, isComposing: true, bubbles: true, cancelable: true });
          return !document.getElementById("site-q").dispatchEvent(key);
        }"""
    )
    assert prevented is True


AUTOSAVE = """() => {
  const form = document.getElementById("id_title").form;
  form.dataset.autosave = "/language/";
  document.body.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}"""


def test_a_draft_saves_itself_some_seconds_after_the_last_change(
    browser: Browser, address: str
) -> None:
    page = _open(browser, address)
    page.evaluate(AUTOSAVE)
    page.route("**/language/", lambda route: route.fulfill(status=204))
    with page.expect_request("**/language/") as asked:
        page.fill("#id_title", "茶叶烘干含水率不稳")
    assert asked.value.headers["x-autosave"] == "1"
    page.wait_for_function(
        "document.querySelector('[data-autosave-status]').textContent === '已自动保存'"
    )


def test_paper_shows_the_matter_and_not_the_frame(browser: Browser, address: str) -> None:
    page = _open(browser, address)
    page.emulate_media(media="print")
    assert not page.locator(".top").is_visible()
    assert page.locator(".print-h").is_visible()
    assert page.locator(".match .why").first.is_visible()
