"""What can go wrong with somebody else's encoder, and that it is counted."""

from typing import Final

from prometheus_client import Counter

refusals: Final = Counter(
    "kehui_encoder_failures_total", "Times an encoder failed or its answer was refused.", ["code"]
)


class ProviderFailed(Exception):  # noqa: N818 - a state that callers handle, never people
    """No vectors came: `code` says why in one word, the sentence in Chinese for the operator."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{sentence} [{code}]")
        self.code = code
        refusals.labels(code).inc()


class ProviderDown(ProviderFailed):
    """Nobody answers, or not now: later the same question may be answered."""


class AnswerRefused(ProviderFailed):
    """An answer came that is no vectors: it may be the fault of this very question."""
