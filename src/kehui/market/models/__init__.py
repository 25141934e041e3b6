"""Things of the market."""

from kehui.market.models.attachments import Attachment
from kehui.market.models.categories import Category
from kehui.market.models.codes import (
    LINE_OF,
    CloseReason,
    NeedKind,
    OfferKind,
    PriceMode,
    ServiceLine,
    Side,
    State,
    Tier,
)
from kehui.market.models.doubles import Repeat, StockSentence
from kehui.market.models.gate import CRITERIA, Review
from kehui.market.models.imports import ImportRow, ImportRun
from kehui.market.models.items import Item
from kehui.market.models.namings import NamingEdition, NamingVerdict
from kehui.market.models.needs import Indicator, Need
from kehui.market.models.offers import Achievement, Offer
from kehui.market.models.searches import SavedSearch
from kehui.market.models.studios import Studio
from kehui.market.models.terms import DomainTerm

__all__ = [
    "CRITERIA",
    "LINE_OF",
    "Achievement",
    "Attachment",
    "Category",
    "CloseReason",
    "DomainTerm",
    "ImportRow",
    "ImportRun",
    "Indicator",
    "Item",
    "NamingEdition",
    "NamingVerdict",
    "Need",
    "NeedKind",
    "Offer",
    "OfferKind",
    "PriceMode",
    "Repeat",
    "Review",
    "SavedSearch",
    "ServiceLine",
    "Side",
    "State",
    "StockSentence",
    "Studio",
    "Tier",
]
