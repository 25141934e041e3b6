"""Which numeric addresses a question may go to.

The tables follow the special-purpose registries of IANA (RFC 6890 and what was entered since) and
not `ipaddress.is_global`, whose answer changes with the version of Python.
"""

from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address


class Reach(Enum):
    """Who wrote the address, and so how far it may lead."""

    PUBLIC = "public"  # anybody: the public internet alone
    OWN = "own"  # the operator, in the settings: our own machines too


_SPECIAL_4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
            "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip
_UNICAST_6: Final = IPv6Network("2000::/3")
# Protocols, Teredo, ORCHID; documentation; 6to4; documentation. IPv4 in disguise (mapped,
# compatible, NAT64) lies outside of 2000::/3.
_SPECIAL_6: Final = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
)
_OWN: Final[tuple[IPv4Network | IPv6Network, ...]] = (
    *map(
        IPv4Network,
        ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
    ),
    *map(IPv6Network, ("::1/128", "fc00::/7")),
)
# Clouds hand out the keys of a machine here; some of these lie among ordinary addresses.
_METADATA: Final = frozenset(
    map(
        ip_address,
        (
            "169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16",
            "192.0.0.192", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",
        ),
    )
)  # fmt: skip


def may_reach(address: Address, reach: Reach) -> bool:
    """Say whether a question may go to this address."""
    if address in _METADATA:
        return False
    if reach is Reach.OWN and any(address in network for network in _OWN):
        return True
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_4)
    return address in _UNICAST_6 and not any(address in network for network in _SPECIAL_6)
