"""Small made-up markets for the engine's tests: seeded, offline, without any database."""

import random
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import (
    Encoder,
    Index,
    Indicator,
    Listing,
    NoEncoder,
    Snapshot,
    build_snapshot,
)
from kehui.engines.text import Lexicon

THINGS = (
    "高盐废水 冷轧钢板 柑橘果皮 页岩气井 锂电隔膜 猕猴桃 泡菜坛 钒钛磁铁矿 光伏组件 中药饮片 "
    "水轮机叶片 竹浆纤维 白酒糟 道路边坡 航空铸件 生猪粪污 印制电路板 天麻种苗 耐磨衬板 茶鲜叶"
).split()
DEEDS = (
    "蒸发结晶 表面缺陷检测 脱苦加工 压裂返排 涂覆改性 采后保鲜 发酵控制 浮选提纯 热斑巡检 炮制工艺 "
    "空蚀修复 漂白降耗 资源化利用 稳定监测 无损探伤 厌氧消化 蚀刻回收 组培快繁 热处理 智能分拣"
).split()
INDUSTRIES = ("C2614", "C2611", "C3130", "C13", "D4620", "A0151", "")
REGIONS = (510104, 510107, 511602, 513401, 500101, 110101, 510000, 0)
NAMES = ("处理成本", "回收率", "抗拉强度")
UNITS = {"处理成本": "元/吨", "回收率": "%", "抗拉强度": "MPa"}


class HashEncoder:
    """A tiny deterministic encoder: character counts in 16 buckets."""

    id = "hash"
    version = "1"
    dimension = 16

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for character in text:
                vectors[row, ord(character) * 7919 % self.dimension] += 1
        return vectors


def listing(draw: random.Random, number: int, side: str) -> Listing:
    """Return one listing with every kind of known and unknown field."""
    thing, deed = draw.choice(THINGS), draw.choice(DEEDS)
    other = draw.choice(THINGS)
    name = draw.choice(NAMES)
    low = draw.choice((None, draw.randrange(1, 50) * 100_000))
    return Listing(
        id=number,
        side="offer" if side == "offer" else "need",
        title=f"{thing}{deed}",
        body=draw.choice(
            ("", f"针对{other}的{deed}，{name}不低于{draw.randrange(10, 60)}{UNITS[name]}。")
        ),
        region=draw.choice(REGIONS),
        industry=draw.choice(INDUSTRIES),
        kind=draw.choice(("service", "achievement")),
        owner=draw.randrange(0, 6),
        is_open=draw.random() < 0.9,
        tier=draw.randrange(0, 3),
        price_low_fen=low,
        price_high_fen=draw.choice((None, 5_000_000)),
        trl=draw.choice((None, *range(1, 10))),
        region_requirement=draw.choice(((), ("51",), ("5101", "50"))),
        deadline_day=draw.choice((None, 100, 200)),
        reply_hours=draw.choice((None, 2.0, 30.0, 400.0)),
        published_day=draw.randrange(1, 90),
        indicators=draw.choice(
            (
                (),
                (Indicator(name, ">=", draw.randrange(10, 60), None, UNITS[name]),),
                (
                    Indicator(name, "<=", draw.randrange(10, 60), None, UNITS[name]),
                    Indicator("回收率", "range", 80, 95, "%"),
                ),
            )
        ),
    )


def market(seed: int, offers: int = 60, needs: int = 25) -> list[Listing]:
    """Return a market of distinct ids, offers first."""
    draw = random.Random(seed)  # a made-up market
    made = [listing(draw, 1 + number, "offer") for number in range(offers)]
    return made + [listing(draw, 10_001 + number, "need") for number in range(needs)]


def index_of(
    folder: Path,
    listings: list[Listing],
    *,
    delta: list[Listing] | None = None,
    encoder: Encoder | None = None,
    lexicon: Lexicon | None = None,
) -> Index:
    """Return an index over a snapshot of the listings, in a new folder."""
    encoder = encoder or NoEncoder()
    target = folder / f"snapshot-{len(list(folder.iterdir()))}"
    build_snapshot(listings, target, encoder=encoder)
    return Index(Snapshot.open(target), delta or [], encoder=encoder, lexicon=lexicon)
