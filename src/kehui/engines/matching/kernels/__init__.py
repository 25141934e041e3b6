"""The loops over postings and rows. Each has its plain-Python twin in `.py_func`."""

from kehui.engines.matching.kernels.best import (
    bounds,
    even_base,
    least_products,
    select,
    within_reach,
)
from kehui.engines.matching.kernels.heap import highest, push, sift
from kehui.engines.matching.kernels.postings import (
    accumulate,
    accumulate_presence,
    heaviest,
    lookup,
    scatter,
    scatter_impacts,
)
from kehui.engines.matching.kernels.shares import (
    answer,
    dot,
    dots,
    indicator_share,
    levels,
)
from kehui.engines.matching.kernels.sums import (
    exact_sum,
    lexicals,
    pair_dots,
    row_sums,
    shared_lexicals,
)
from kehui.engines.matching.kernels.sweep import (
    even_points,
    fill,
    gather,
    posting_counts,
    sweep,
    told_points,
    turn,
)

__all__ = [
    "accumulate",
    "accumulate_presence",
    "answer",
    "bounds",
    "dot",
    "dots",
    "even_base",
    "even_points",
    "exact_sum",
    "fill",
    "gather",
    "heaviest",
    "highest",
    "indicator_share",
    "least_products",
    "levels",
    "lexicals",
    "lookup",
    "pair_dots",
    "posting_counts",
    "push",
    "row_sums",
    "scatter",
    "scatter_impacts",
    "select",
    "shared_lexicals",
    "sift",
    "sweep",
    "told_points",
    "turn",
    "within_reach",
]
