"""Where a request comes from."""

from ipaddress import IPv4Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

BLOCK_4 = 24
BLOCK_6 = 48  # what one household or one office is given


def client_address(request: HttpRequest) -> str:
    """Return the address that the outermost of our own proxies saw.

    What stands further left in X-Forwarded-For was written by the client, and is not believed.
    """
    hops = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies: int = settings.TRUSTED_PROXIES
    if proxies and len(hops) >= proxies and hops[-proxies]:
        return str(hops[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))


def address_block(address: str) -> str:
    """Return the neighborhood of an address: enough to recognize an office, and no single machine.

    "" for what is no address, such as the name that a proxy wrote instead.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv4Address):
        return str(ip_network((found, BLOCK_4), strict=False))
    if found.ipv4_mapped is not None:
        return address_block(str(found.ipv4_mapped))
    return str(ip_network((int(found), BLOCK_6), strict=False))
