"""Cryptography in two profiles, as pure functions: no Django, no files, no hidden chance.

`intl` is AES-256-GCM, SHA-256, HMAC-SHA-256 and Ed25519; `gm` is SM4-GCM, SM3, HMAC-SM3 and SM2.
Both keep one protocol (`profile.Profile`), and every sealed value says which one it was made by.
"""

from kehui.core.crypto.envelope import BrokenSealError, Key, bind, key_of, open_sealed, seal
from kehui.core.crypto.gm import GM
from kehui.core.crypto.intl import INTL
from kehui.core.crypto.profile import Draw, Profile

PROFILES: dict[str, Profile] = {each.name: each for each in (INTL, GM)}

__all__ = [
    "GM",
    "INTL",
    "PROFILES",
    "BrokenSealError",
    "Draw",
    "Key",
    "Profile",
    "bind",
    "key_of",
    "open_sealed",
    "seal",
]
