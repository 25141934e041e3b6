"""Take no vector on trust: what is stored must be what was asked for."""

from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.matching.adapter.encoders.failures import AnswerRefused

Vectors = npt.NDArray[np.float32]
WIDEST = 8192  # dimensions; wider than any model known


def checked(answer: Any, *, count: int, dimension: int | None) -> Vectors:
    """Return the answer as float32 vectors of length one, shape (count, dimension).

    Args:
        answer: anything; nested lists or an array are hoped for.
        dimension: None takes the first answer's own.

    Raises:
        AnswerRefused: with the code SHAPE, COUNT, DIMENSION, NOT_FINITE or ZERO.
    """
    try:
        vectors = np.asarray(answer, np.float64)
    except (TypeError, ValueError):
        raise AnswerRefused("SHAPE", "编码器的回答不是等长的数字向量") from None
    if vectors.ndim != 2:
        raise AnswerRefused("SHAPE", "编码器的回答不是等长的数字向量")
    if len(vectors) != count:
        raise AnswerRefused("COUNT", f"问了 {count} 段文字，编码器答了 {len(vectors)} 个向量")
    width = vectors.shape[1]
    if not 0 < width <= WIDEST or width != (dimension or width):
        raise AnswerRefused("DIMENSION", f"向量有 {width} 维，应有 {dimension or '1 至 8192'} 维")
    if not np.isfinite(vectors).all():
        raise AnswerRefused("NOT_FINITE", "向量里有不是数的值")
    with np.errstate(over="ignore", under="ignore"):
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    # A finite vector may be too long for its length to be finite, and too short to have one
    if not np.isfinite(lengths).all() or not (lengths > np.finfo(np.float32).tiny).all():
        raise AnswerRefused("ZERO", "有向量的长度是零或无穷")
    return np.asarray(vectors / lengths, np.float32)
