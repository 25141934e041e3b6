"""Actions of the market."""

from kehui.market.services.drafts import (
    add_indicators,
    discard_draft,
    revise_item,
    save_draft,
    start_draft,
)
from kehui.market.services.fields import faults_of
from kehui.market.services.gate import review_item
from kehui.market.services.lifetime import (
    ask_contacts,
    close_item,
    confirm_contact,
    expire_items,
    renew_item,
    withdraw_item,
)
from kehui.market.services.publishing import submit_item

__all__ = [
    "add_indicators",
    "ask_contacts",
    "close_item",
    "confirm_contact",
    "discard_draft",
    "expire_items",
    "faults_of",
    "renew_item",
    "review_item",
    "revise_item",
    "save_draft",
    "start_draft",
    "submit_item",
    "withdraw_item",
]
