"""Units of technical texts, brought to one base unit each so that numbers can be compared."""

from functools import lru_cache
from typing import NamedTuple

from kehui.engines.text.normal import normalize


class Measure(NamedTuple):
    """A unit as factor and offset to the base unit of its dimension."""

    dimension: str
    factor: float
    offset: float = 0.0


_TABLE = {
    "ratio": {"%": 0.01, "‰": 0.001, "ppm": 1e-6, "ppb": 1e-9},
    "length": {"nm": 1e-9, "μm": 1e-6, "um": 1e-6, "mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3}
    | {"纳米": 1e-9, "微米": 1e-6, "毫米": 1e-3, "厘米": 1e-2, "米": 1.0, "公里": 1e3, "千米": 1e3},
    "area": {"mm2": 1e-6, "mm²": 1e-6, "cm²": 1e-4, "cm2": 1e-4, "m²": 1.0, "m2": 1.0, "㎡": 1.0}
    | {"平方米": 1.0, "亩": 2000 / 3, "公顷": 1e4},
    "volume": {"ml": 1e-6, "毫升": 1e-6, "l": 1e-3, "升": 1e-3, "m³": 1.0, "m3": 1.0, "立方米": 1.0}
    | {"方": 1.0, "立方": 1.0},
    "mass": {"μg": 1e-9, "mg": 1e-6, "g": 1e-3, "kg": 1.0, "t": 1e3, "毫克": 1e-6, "克": 1e-3}
    | {"公斤": 1.0, "千克": 1.0, "斤": 0.5, "吨": 1e3, "万吨": 1e7},
    "time": {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "毫秒": 1e-3, "秒": 1.0}
    | {"分钟": 60.0, "小时": 3600.0, "天": 86400.0, "日": 86400.0, "个月": 2592000.0}
    | {"年": 31536000.0},
    "pressure": {"pa": 1.0, "kpa": 1e3, "mpa": 1e6, "gpa": 1e9, "bar": 1e5, "兆帕": 1e6}
    | {"千帕": 1e3, "n/mm²": 1e6},
    "power": {"w": 1.0, "kw": 1e3, "mw": 1e6, "瓦": 1.0, "千瓦": 1e3, "兆瓦": 1e6},
    "energy": {"j": 1.0, "kj": 1e3, "mj": 1e6, "kwh": 3.6e6, "kw·h": 3.6e6, "千瓦时": 3.6e6}
    | {"度电": 3.6e6},
    "voltage": {"mv": 1e-3, "v": 1.0, "kv": 1e3, "伏": 1.0, "千伏": 1e3},
    "frequency": {"hz": 1.0, "khz": 1e3, "mhz": 1e6, "ghz": 1e9, "赫兹": 1.0},
    "money": {"元": 1.0, "万元": 1e4, "亿元": 1e8, "千元": 1e3},
    "concentration": {"mg/l": 1.0, "g/l": 1e3, "μg/l": 1e-3, "毫克/升": 1.0, "克/升": 1e3},
    "density": {"mg/m³": 1.0, "mg/m3": 1.0, "g/m³": 1e3, "μg/m³": 1e-3, "毫克/立方米": 1.0},
    "speed": {"m/s": 1.0, "km/h": 1 / 3.6, "米/秒": 1.0, "m/min": 1 / 60},
    "rotation": {"rpm": 1.0, "r/min": 1.0, "转/分": 1.0},
    "yield": {"kg/亩": 1.0, "公斤/亩": 1.0, "斤/亩": 0.5, "吨/亩": 1e3},
    "count": {"次": 1.0, "万次": 1e4, "个": 1.0, "台": 1.0, "套": 1.0, "件": 1.0, "项": 1.0}
    | {"人": 1.0, "倍": 1.0, "级": 1.0, "头": 1.0, "只": 1.0, "株": 1.0, "批": 1.0, "家": 1.0},
}

_ALIAS = {"t": "吨", "kg": "千克", "公斤": "千克", "m³": "立方米", "m3": "立方米", "方": "立方米"}
_ALIAS |= {"d": "天", "日": "天", "a": "年", "h": "小时", "小時": "小时", "度": "千瓦时"}
_ALIAS |= {
    "kwh": "千瓦时",
    "㎡": "平方米",
    "m²": "平方米",
    "m2": "平方米",
    "min": "分钟",
    "分": "分钟",
}
_SCALES = {"亿": 1e8, "万": 1e4, "千": 1e3, "百": 1e2}

MEASURES: dict[str, Measure] = {
    unit: Measure(dimension if dimension != "count" else f"count:{unit.removeprefix('万')}", factor)
    for dimension, units in _TABLE.items()
    for unit, factor in units.items()
} | {
    "℃": Measure("temperature", 1.0),
    "°c": Measure("temperature", 1.0),
    "摄氏度": Measure("temperature", 1.0),
    "k": Measure("temperature", 1.0, -273.15),
}

# Longest first, so that 万吨 is not read as 万.
SPELLINGS = sorted(MEASURES, key=len, reverse=True)


@lru_cache(maxsize=50_000)
def measure(unit: str) -> Measure:
    """Return how to compare the unit; an unknown spelling is a dimension of its own."""
    folded = normalize(unit).replace(" ", "")
    if folded.startswith("="):  # already the base unit of the dimension named after the mark
        return Measure(folded[1:], 1.0)
    if folded in MEASURES:
        return MEASURES[folded]
    factor = 1.0
    numerator, slash, denominator = folded.partition("/")
    for scale, value in _SCALES.items():
        if len(numerator) > 1 and numerator.startswith(scale):
            numerator, factor = numerator[1:], value
            break
    if slash:
        top = MEASURES.get(_ALIAS.get(numerator, numerator))
        bottom = _ALIAS.get(denominator, denominator)
        if top:  # a rate is a difference: 1 K/min is 1 ℃/min, whatever the zero of the scale
            return Measure(f"{top.dimension}/{bottom}", top.factor * factor)
        return Measure(f"{numerator}/{bottom}", factor)
    if numerator in MEASURES:
        known = MEASURES[numerator]
        return Measure(known.dimension, known.factor * factor, known.offset)
    return Measure(f"unit:{folded}", 1.0)


def to_base(value: float, unit: str) -> float:
    """Return the value in the base unit of its dimension."""
    scale = measure(unit)
    return value * scale.factor + scale.offset
