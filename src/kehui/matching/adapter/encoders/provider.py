"""Ask a source in batches, check every answer, and leave it alone for a while when it is down."""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np

from kehui.matching.adapter.encoders.answers import Vectors, checked
from kehui.matching.adapter.encoders.choice import Choice, chosen
from kehui.matching.adapter.encoders.e5 import E5
from kehui.matching.adapter.encoders.endpoint import Endpoint
from kehui.matching.adapter.encoders.failures import ProviderDown
from kehui.matching.adapter.encoders.folder import Folder
from kehui.matching.adapter.encoders.source import Role, Source

REST: Final = 30.0  # seconds in which nobody who waits is made to wait for it again
PROBE: Final = "科技"
SOURCES: Final[dict[str, Callable[[Choice], Source]]] = {
    "e5": E5,
    "openai": Endpoint,
    "onnx": Folder,
}


class Provider:
    """Somebody else's encoder, as far as it can be trusted: not at all."""

    def __init__(
        self, source: Source, *, at_once: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.source = source
        self.at_once = at_once
        self._clock = clock
        self._rests_until = 0.0

    @property
    def id(self) -> str:
        return self.source.id

    @property
    def version(self) -> str:
        return self.source.version

    @property
    def name(self) -> str:
        return f"{self.id} {self.version}"

    def encode(
        self, texts: list[str], *, role: Role, dimension: int | None, patient: bool
    ) -> Vectors:
        """Return one unit vector a text, all of them or none.

        Raises:
            ProviderDown: nobody answers; who is not patient is told so without asking for 30 s.
            AnswerRefused: what came are not that many vectors of that dimension.
        """
        if not patient and self._clock() < self._rests_until:
            raise ProviderDown("RESTING", "编码器刚才没有答复，过一会儿再问")
        rows: list[Vectors] = []
        for start in range(0, len(texts), self.at_once):
            batch = texts[start : start + self.at_once]
            try:
                answer = self.source.vectors(batch, role=role, patient=patient)
            except ProviderDown:
                self._rests_until = self._clock() + REST
                raise
            rows.append(checked(answer, count=len(batch), dimension=dimension))
            dimension = rows[-1].shape[1]
        self._rests_until = 0.0
        return np.concatenate(rows) if rows else np.zeros((0, dimension or 0), np.float32)

    def probe(self) -> int:
        """Return the dimension of its vectors, asked now.

        Raises:
            ProviderFailed: it does not work.
        """
        answer = self.encode([PROBE], role="query", dimension=None, patient=True)
        return len(answer[0])


def plugged() -> Provider | None:
    """Return the provider the settings ask for; None when what is built in is asked for.

    Raises:
        Refused: the settings are wrong.
    """
    choice = chosen()
    return provider_of(choice) if choice.is_plugged else None


@lru_cache(maxsize=8)
def provider_of(choice: Choice) -> Provider:
    """Return one provider a choice: it remembers that it was down, and its model."""
    return Provider(SOURCES[choice.kind](choice), at_once=choice.at_once)
