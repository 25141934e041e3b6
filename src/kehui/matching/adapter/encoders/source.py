"""What a provider's module gives: raw vectors, and the name of what made them."""

import json
from hashlib import blake2b
from typing import Any, Literal, Protocol

Role = Literal["query", "passage"]  # needs and what people type ask; offers answer


class Source(Protocol):
    """One way to reach a model. Whatever it returns is checked by whoever asks."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    def vectors(self, texts: list[str], *, role: Role, patient: bool) -> Any:
        """Return a vector a text.

        Args:
            patient: a person does not wait: try again, take the time the settings allow.

        Raises:
            ProviderFailed: nobody answered, or not with vectors.
        """
        ...


def fingerprint(*parts: str) -> str:
    """Return eight hexadecimal digits that differ when any part does."""
    return blake2b(json.dumps(parts).encode(), digest_size=4).hexdigest()
