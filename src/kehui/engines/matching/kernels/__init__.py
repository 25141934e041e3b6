"""The loops over postings and rows. Each has its plain-Python twin in `.py_func`."""

from kehui.engines.matching.kernels.best import bounds, select
from kehui.engines.matching.kernels.heap import highest, push, sift
from kehui.engines.matching.kernels.postings import (
    accumulate,
    accumulate_presence,
    heaviest,
    lookup,
    scatter,
    scatter_impacts,
)
from kehui.engines.matching.kernels.shares import answer, budget, dot, dots, indicator_share

__all__ = [
    "accumulate",
    "accumulate_presence",
    "answer",
    "bounds",
    "budget",
    "dot",
    "dots",
    "heaviest",
    "highest",
    "indicator_share",
    "lookup",
    "push",
    "scatter",
    "scatter_impacts",
    "select",
    "sift",
]
