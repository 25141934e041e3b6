"""Made-up Chinese listings for the benchmarks of matching: seeded, or read from a file of lines."""

import json
import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import numpy as np

from kehui.engines.matching import Listing

SYLLABLES = (
    "高低盐碱废水冷热轧钢板铝镁钛钒铁矿石页岩气井锂电池隔膜柑橘果皮茶叶药材水稻种苗猪粪沼液污泥"
    "烟尘涡轮叶片轴承齿轮焊缝铸件模具桥梁隧道边坡路面混凝土沥青玻璃陶瓷纤维涂层薄膜粉末溶剂催化"
    "酶菌株蛋白糖脂酸醇酮醛盐胺硅碳氮磷硫氯氟硼图像视觉雷达遥感光谱超声激光红外微波射频芯片电路"
    "算法模型数据网络传感控制驱动伺服泵阀管道锅炉窑炉反应塔蒸发结晶萃取膜分离吸附干燥粉碎筛选"
)
JOINS = ("的", "及其", "与", "用", "中", "在线", "快速", "低成本", "智能", "连续")
DEEDS = (
    "制备",
    "检测",
    "回收",
    "改性",
    "控制",
    "监测",
    "保鲜",
    "修复",
    "优化",
    "集成",
    "分拣",
    "提纯",
)
TAILS = ("工艺", "装置", "系统", "方法", "设备", "平台", "材料", "方案")
INDUSTRIES = [f"{s}{n:04d}" for s in "ACDEGIM" for n in range(110, 4990, 97)]
REGIONS = (510104, 510107, 510722, 511602, 513401, 511902, 500101, 500112)


def listings(size: int, seed: int = 7) -> Iterator[Listing]:
    """Yield `size` listings, two offers to one need, of about 300 characters each."""
    draw = random.Random(seed)
    words = _words(draw)
    heavy = list(accumulate(1 / (rank + 8) for rank in range(len(words))))
    for number in range(size):
        picked = draw.choices(words, cum_weights=heavy, k=48)
        title = (
            f"{picked[0]}{draw.choice(JOINS)}{picked[1]}{draw.choice(DEEDS)}{draw.choice(TAILS)}"
        )
        body = "".join(
            draw.choice(DEEDS) + a + draw.choice(JOINS) + b + draw.choice(TAILS) + "，，。"[i % 3]
            for i, (a, b) in enumerate(zip(picked[2::2], picked[3::2], strict=True))
        )
        low = draw.randrange(1, 200) * 1_000_000
        yield Listing(
            id=number + 1,
            side="need" if number % 3 == 2 else "offer",
            title=title,
            body=body,
            region=draw.choice(REGIONS),
            industry=draw.choice(INDUSTRIES),
            owner=draw.randrange(1, 5000),
            is_open=draw.random() < 0.95,
            price_low_fen=low,
            price_high_fen=low * 2,
            trl=draw.randrange(1, 10),
            reply_hours=draw.choice((None, 3.0, 20.0, 90.0)),
            published_day=draw.randrange(1, 300),
        )


def _words(draw: random.Random) -> list[str]:
    made = {"".join(draw.choices(SYLLABLES, k=draw.choice((2, 2, 2, 3, 4)))) for _ in range(40_000)}
    return sorted(made)


def from_file(path: Path) -> Iterator[Listing]:
    """Yield listings of a file with one JSON object a line: side, title, body."""
    for number, line in enumerate(path.open(encoding="utf-8")):
        row = json.loads(line)
        yield Listing(
            id=number + 1,
            side="need" if row.get("side") == "need" else "offer",
            title=row.get("title", ""),
            body=row.get("body", ""),
        )


class NearVectors(dict[int, "np.ndarray[tuple[int], np.dtype[np.float32]]"]):
    """Stand-ins for stored vectors: unit vectors around 200 centers, made when asked for."""

    def __init__(self, dimension: int = 512) -> None:
        super().__init__()
        self._centers = np.random.default_rng(1).normal(size=(200, dimension))

    def get(self, key: int, default: object = None) -> object:  # type: ignore[override]  # noqa: ARG002
        noise = np.random.default_rng(key)
        vector = self._centers[key % 200] + 1.2 * noise.normal(size=self._centers.shape[1])
        return (vector / np.linalg.norm(vector)).astype(np.float32)


class StoredOnly:
    """An encoder that only names itself: every vector was stored at publish time."""

    id = "stored"
    version = "1"
    dimension = 512

    def encode(self, texts: list[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        generator = np.random.default_rng(len("".join(texts)))
        vectors = generator.normal(size=(len(texts), 512))
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
