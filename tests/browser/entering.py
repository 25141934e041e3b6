"""Sign in without typing a password."""

from django.test import Client
from playwright.sync_api import Page

from kehui.people.models import Account


def enter(page: Page, account: Account, address: str) -> None:
    """Bring the session of the account along."""
    client = Client()
    client.force_login(account)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}]
    )
