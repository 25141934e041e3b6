"""Rows of deals, and the graphs they follow."""

from kehui.deals.models.codes import (
    ENDED,
    ContractKind,
    ContractState,
    DeclineReason,
    MilestoneState,
    QuoteState,
    Role,
    State,
)
from kehui.deals.models.contracts import Acceptance, Contract, Milestone, Payment, Signature
from kehui.deals.models.deals import Deal, Party, Turn
from kehui.deals.models.disputes import Dispute, Rescission
from kehui.deals.models.graphs import BACK, Graph, Move, graph
from kehui.deals.models.quotes import Quote, QuoteRequest

__all__ = [
    "BACK",
    "ENDED",
    "Acceptance",
    "Contract",
    "ContractKind",
    "ContractState",
    "Deal",
    "DeclineReason",
    "Dispute",
    "Graph",
    "Milestone",
    "MilestoneState",
    "Move",
    "Party",
    "Payment",
    "Quote",
    "QuoteRequest",
    "QuoteState",
    "Rescission",
    "Role",
    "Signature",
    "State",
    "Turn",
    "graph",
]
