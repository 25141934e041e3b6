"""How the machines that share the index do: for operators."""

from kehui.matching import adapter
from kehui.matching.adapter import Examined


def examine_cluster() -> Examined | None:
    """Return how many machines hold the index; None when one machine does alone.

    Raises:
        RayAddressMalformed, RayMissing, ClusterUnreachable: KEHUI_RAY_ADDRESS is set and cannot be
            used; the sentence says why.
    """
    return adapter.examine() if adapter.is_wanted() else None
