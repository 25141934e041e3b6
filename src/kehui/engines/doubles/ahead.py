"""Compile every loop before somebody waits for it; see `kehui.engines.matching.ahead`."""

from pathlib import Path
from typing import Any

import numpy as np

from kehui.engines.doubles.clusters import find
from kehui.engines.doubles.index import alike, index_of
from kehui.engines.doubles.keys import keys_of
from kehui.engines.doubles.loops import sign
from kehui.engines.doubles.reading import read
from kehui.engines.doubles.stock import learn, without

TEXT = "高盐废水蒸发结晶回收盐分，每吨成本不高于四十元。场地不超过三百平方米，改造期间不能停产。"
MORE = "可以提供水样和一年的运行数据，希望三个月内完成小试，半年内完成中试并连续运行三十天。"


def compile_loops() -> Path:
    """Read, look up and cluster three texts that repeat each other in each way.

    Returns:
        The folder in which the compiler keeps the loops.
    """
    sentences = read([TEXT * 3, TEXT * 3, MORE + TEXT * 3, MORE])
    texts = without(sentences, learn([(sentences, np.arange(len(sentences.texts)))]))
    keys_of(texts)
    alike(index_of(texts), texts, texts[0])
    find(texts)
    loop: Any = sign
    return Path(loop.stats.cache_path)
