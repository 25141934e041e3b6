"""A provider as the engine's encoder: for texts to be stored, for questions, for nobody at all."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from kehui.engines.matching import Encoder
from kehui.matching.adapter.encoders.answers import Vectors
from kehui.matching.adapter.encoders.failures import ProviderFailed
from kehui.matching.adapter.encoders.provider import Provider
from kehui.matching.adapter.encoders.source import Role

REMEMBERED: Final = 2000  # questions; a search asks the same of each part of the index


@dataclass(frozen=True)
class Telling:
    """Encode what will be stored: everything or a ProviderFailed, never half."""

    provider: Provider
    role: Role
    dimension: int
    patient: bool

    @property
    def id(self) -> str:
        return self.provider.id

    @property
    def version(self) -> str:
        return self.provider.version

    def encode(self, texts: list[str]) -> Vectors:
        return self.provider.encode(
            texts, role=self.role, dimension=self.dimension, patient=self.patient
        )


@dataclass(frozen=True, eq=False)
class Asking:
    """Encode what somebody types, in a hurry. When that fails: zeros, which rank by words alone."""

    provider: Provider
    dimension: int
    known: dict[str, Vectors] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.provider.id

    @property
    def version(self) -> str:
        return self.provider.version

    def encode(self, texts: list[str]) -> Vectors:
        known = {text: self.known[text] for text in texts if text in self.known}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        try:
            made = self.provider.encode(
                missing, role="query", dimension=self.dimension, patient=False
            )
        except ProviderFailed:
            return np.zeros((len(texts), self.dimension), np.float32)
        if len(self.known) > REMEMBERED:
            self.known.clear()
        for text, vector in zip(missing, made, strict=True):
            known[text] = self.known[text] = vector
        return np.array([known[text] for text in texts], np.float32).reshape(-1, self.dimension)


@dataclass(frozen=True)
class Remembered:
    """An encoder that is gone, or not to be asked: its stored vectors serve, new texts get none."""

    id: str
    version: str
    dimension: int

    def encode(self, texts: list[str]) -> Vectors:
        return np.zeros((len(texts), self.dimension), np.float32)


def is_at_hand(encoder: Encoder) -> bool:
    """Say whether a text costs milliseconds and cannot fail: only then is it encoded in passing."""
    return not isinstance(encoder, Asking | Remembered)
