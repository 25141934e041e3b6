"""What people and the clock do with deals."""

from kehui.deals.services.changes import draft_change
from kehui.deals.services.clock import end_overdue
from kehui.deals.services.contracts import draft_contract, propose_contract
from kehui.deals.services.disputes import (
    appeal,
    carry_out_decisions,
    decide_dispute,
    open_dispute,
    state_view,
)
from kehui.deals.services.milestones import (
    pass_milestone,
    report_milestone,
    return_milestone,
    stop_milestone,
)
from kehui.deals.services.opening import express_interest
from kehui.deals.services.payments import close_deal, confirm_payment, settle, tell_payment
from kehui.deals.services.quotes import (
    accept_quote,
    decline_quote,
    drop_quote,
    request_quote,
    send_quote,
    stage_quote,
)
from kehui.deals.services.rescissions import answer_rescission, propose_rescission
from kehui.deals.services.signing import sign_contract, withdraw_contract
from kehui.deals.services.talks import agree_to_talk, decline_deal
from kehui.deals.services.work import accept_delivery, deliver, send_back, start_work

__all__ = [
    "accept_delivery",
    "accept_quote",
    "agree_to_talk",
    "answer_rescission",
    "appeal",
    "carry_out_decisions",
    "close_deal",
    "confirm_payment",
    "decide_dispute",
    "decline_deal",
    "decline_quote",
    "deliver",
    "draft_change",
    "draft_contract",
    "drop_quote",
    "end_overdue",
    "express_interest",
    "open_dispute",
    "pass_milestone",
    "propose_contract",
    "propose_rescission",
    "report_milestone",
    "request_quote",
    "return_milestone",
    "send_back",
    "send_quote",
    "settle",
    "sign_contract",
    "stage_quote",
    "start_work",
    "state_view",
    "stop_milestone",
    "tell_payment",
    "withdraw_contract",
]
