"""What people and the clock do with deals."""

from kehui.deals.services.clock import end_overdue
from kehui.deals.services.opening import express_interest
from kehui.deals.services.quotes import (
    accept_quote,
    decline_quote,
    drop_quote,
    request_quote,
    send_quote,
    stage_quote,
)
from kehui.deals.services.talks import agree_to_talk, decline_deal

__all__ = [
    "accept_quote",
    "agree_to_talk",
    "decline_deal",
    "decline_quote",
    "drop_quote",
    "end_overdue",
    "express_interest",
    "request_quote",
    "send_quote",
    "stage_quote",
]
