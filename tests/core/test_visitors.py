import pytest
from django.test import RequestFactory
from pytest_django import Settings

from kehui.core.visitors import address_block, client_address


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("171.213.7.9", "171.213.7.0/24"),
        ("240e:38a:1b2c:5d00::7", "240e:38a:1b2c::/48"),
        ("::ffff:171.213.7.9", "171.213.7.0/24"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_a_block_is_the_neighborhood_of_an_address(address: str, block: str) -> None:
    assert address_block(address) == block


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "1.2.3.4", "127.0.0.1"),
        (1, "9.9.9.9, 1.2.3.4", "1.2.3.4"),
        (2, "9.9.9.9, 1.2.3.4", "9.9.9.9"),
        (3, "9.9.9.9, 1.2.3.4", "127.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    proxies: int, forwarded: str, seen: str, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})

    assert client_address(request) == seen
