"""The site on a home screen, and the page for when the line is gone."""

import json
import re

from django.conf import settings
from django.test import Client
from tests.makers import PASSWORD, make_account, make_person


def test_the_installed_site_has_the_brand_and_icons_that_exist(client: Client) -> None:
    page = client.get("/app.webmanifest")

    said = page.json()
    assert page["Content-Type"] == "application/manifest+json"
    assert (said["name"], said["start_url"]) == (settings.BRAND, "/")
    for icon in said["icons"]:
        size = int(icon["sizes"].partition("x")[0])
        path = settings.STATICFILES_DIRS[0] / icon["src"].removeprefix(settings.STATIC_URL)
        head = path.read_bytes()[:24]  # PNG: eight bytes of signature, then width and height
        assert int.from_bytes(head[16:20]) == int.from_bytes(head[20:24]) == size


def test_a_device_keeps_the_offline_page_and_what_it_looks_like(client: Client) -> None:
    script = client.get("/worker.js")

    kept = json.loads(re.findall(r"KEPT = (\[.*\]);", script.content.decode())[0])
    assert script["Content-Type"].startswith("text/javascript")
    assert kept[0] == "/offline/"
    assert all(path.startswith(settings.STATIC_URL) for path in kept[1:])


def test_the_page_a_device_keeps_names_nobody(client: Client, db: None) -> None:
    account = make_account(person=make_person(name="欧阳测试"))
    client.login(username=account.username, password=PASSWORD)

    page = client.get("/offline/").content.decode()

    assert "没有网络" in page
    assert "欧阳测试" not in page
    assert account.username not in page
