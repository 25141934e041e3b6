"""Learn from texts which names mean one thing, where enough writers say it themselves."""

from kehui.engines.naming.definitions import Definition, definitions
from kehui.engines.naming.learning import Naming, Quote, Standing, Told, learn
from kehui.engines.naming.merging import entries

__all__ = [
    "Definition",
    "Naming",
    "Quote",
    "Standing",
    "Told",
    "definitions",
    "entries",
    "learn",
]
