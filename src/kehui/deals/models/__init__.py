"""Rows of deals, and the graphs they follow."""

from kehui.deals.models.codes import ENDED, DeclineReason, QuoteState, Role, State
from kehui.deals.models.deals import Deal, Party, Turn
from kehui.deals.models.graphs import BACK, Graph, Move, graph
from kehui.deals.models.quotes import Quote, QuoteRequest

__all__ = [
    "BACK",
    "ENDED",
    "Deal",
    "DeclineReason",
    "Graph",
    "Move",
    "Party",
    "Quote",
    "QuoteRequest",
    "QuoteState",
    "Role",
    "State",
    "Turn",
    "graph",
]
