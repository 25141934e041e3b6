"""Actions of the market."""

from kehui.market.services.achievements import describe_achievement
from kehui.market.services.attachments import add_attachment, remove_attachment
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
from kehui.market.services.studios import (
    choose_best_works,
    edit_studio,
    move_studio,
    open_studio,
    start_offer,
    transfer_studio,
)

__all__ = [
    "add_attachment",
    "add_indicators",
    "ask_contacts",
    "choose_best_works",
    "close_item",
    "confirm_contact",
    "describe_achievement",
    "discard_draft",
    "edit_studio",
    "expire_items",
    "faults_of",
    "move_studio",
    "open_studio",
    "remove_attachment",
    "renew_item",
    "review_item",
    "revise_item",
    "save_draft",
    "start_draft",
    "start_offer",
    "submit_item",
    "transfer_studio",
    "withdraw_item",
]
