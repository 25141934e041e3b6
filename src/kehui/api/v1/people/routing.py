"""One router for the whole part: two of them cannot share an address."""

from ninja import Router

router = Router()
