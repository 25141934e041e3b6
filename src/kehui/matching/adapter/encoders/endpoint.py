"""An OpenAI-compatible address: POST /v1/embeddings. No redirect, no proxy, no unlimited answer."""

import json
import time
from collections.abc import Callable
from typing import Any, Final

from kehui.core import outbound
from kehui.matching.adapter.encoders.choice import Choice
from kehui.matching.adapter.encoders.failures import AnswerRefused, ProviderDown, ProviderFailed
from kehui.matching.adapter.encoders.source import Role, fingerprint

HURRY: Final = 3.0  # seconds somebody who searches waits for the meaning of the words
TRIES: Final = 4
PAUSE: Final = 0.5  # seconds before the second try; doubled before each further one
LONGEST_PAUSE: Final = 10.0
MOST_BYTES: Final = 64 * 1024 * 1024
NOT_NOW: Final = {408, 425, 429, 500, 502, 503, 504, 529}
NOT_YOU: Final = {401, 403, 404, 405}  # no text is to blame


class Endpoint:
    """One address and one model. The key stands in a header and nowhere else."""

    def __init__(self, choice: Choice, sleep: Callable[[float], None] = time.sleep) -> None:
        self.choice = choice
        self.id = f"openai:{choice.model}"
        prefixes = (choice.query_prefix, choice.passage_prefix)
        # Not the address: the same model may move to another machine
        self.version = fingerprint(choice.model, *prefixes, choice.edition)
        self._sleep = sleep

    def vectors(self, texts: list[str], *, role: Role, patient: bool) -> Any:
        prefix = self.choice.prefixes[role]
        asked = {"model": self.choice.model, "input": [prefix + each for each in texts]}
        body = json.dumps({**asked, "encoding_format": "float"}).encode()
        if not patient:
            return _rows(_told(self._once(body, min(HURRY, self.choice.seconds))))
        for again in range(TRIES - 1):
            wait = PAUSE * 2**again
            try:
                answer = self._once(body, self.choice.seconds)
            except ProviderDown:  # it may be on its way back
                self._sleep(wait)
                continue
            if answer.status not in NOT_NOW:
                return _rows(_told(answer))
            self._sleep(_wait(answer.headers.get("Retry-After", ""), wait))
        return _rows(_told(self._once(body, self.choice.seconds)))

    def _once(self, body: bytes, seconds: float) -> outbound.Answer:
        """Ask once. The answer is awaited for the seconds and no longer, however it drips."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.choice.key:
            headers["Authorization"] = f"Bearer {self.choice.key}"
        try:
            return outbound.ask(
                outbound.own_service(self.choice.url),
                body=body,
                headers=headers,
                seconds=seconds,
                most_bytes=MOST_BYTES,
            )
        except outbound.PlaceForbidden as refusal:
            raise ProviderDown(refusal.code, "编码器的地址指向不许访问的地方") from None
        except outbound.NoAnswer as silence:
            raise _failure(silence, seconds) from silence


def _failure(silence: outbound.NoAnswer, seconds: float) -> ProviderFailed:
    if silence.code == "TOO_LARGE":
        return AnswerRefused(silence.code, "编码器的答复太大")
    if silence.code == "TIMEOUT":
        return ProviderDown(silence.code, f"{seconds:g} 秒内没有答完")
    return ProviderDown(silence.code, f"连不上编码器的地址：{silence.why}")


def _wait(asked: str, otherwise: float) -> float:
    """Return the seconds to wait: what the answer asks for, as far as that is sensible."""
    is_number = asked.isascii() and asked.isdecimal()
    return min(float(asked) if is_number else otherwise, LONGEST_PAUSE)


def _told(answer: outbound.Answer) -> Any:
    """Return the JSON of a good answer."""
    status = answer.status
    if 300 <= status < 400:
        raise AnswerRefused("REDIRECT", f"编码器的地址转去别处（{status}），不跟着走")
    if status in NOT_NOW or status in NOT_YOU:
        raise ProviderDown("STATUS", f"编码器答复状态 {status}")
    if status != 200:
        raise AnswerRefused("STATUS", f"编码器答复状态 {status}")
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise AnswerRefused("NOT_JSON", "编码器的答复不是 JSON") from None


def _rows(told: Any) -> list[Any]:
    """Return the vectors in the order of the texts: the answer numbers them."""
    data = told.get("data") if isinstance(told, dict) else None
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise AnswerRefused("SHAPE", "编码器的答复里没有 data 列表")
    numbered = {each.get("index"): each.get("embedding") for each in data}
    if set(numbered) != set(range(len(data))):
        raise AnswerRefused("SHAPE", "编码器的答复没有按 0、1、2……编号")
    return [numbered[number] for number in range(len(data))]
