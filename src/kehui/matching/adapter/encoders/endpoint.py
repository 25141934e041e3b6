"""An OpenAI-compatible address: POST /v1/embeddings. No redirect, no proxy, no unlimited answer."""

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from typing import Any, Final
from urllib.parse import urlsplit

from kehui.matching.adapter.encoders.choice import Choice
from kehui.matching.adapter.encoders.failures import AnswerRefused, ProviderDown
from kehui.matching.adapter.encoders.source import Role, fingerprint

HURRY: Final = 3.0  # seconds somebody who searches waits for the meaning of the words
TRIES: Final = 4
PAUSE: Final = 0.5  # seconds before the second try; doubled before each further one
LONGEST_PAUSE: Final = 10.0
MOST_BYTES: Final = 64 * 1024 * 1024
NOT_NOW: Final = {408, 425, 429, 500, 502, 503, 504, 529}
NOT_YOU: Final = {401, 403, 404, 405}  # no text is to blame


@dataclass(frozen=True)
class _Answer:
    status: int
    wait: str
    body: bytes


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
            self._sleep(_wait(answer.wait, wait))
        return _rows(_told(self._once(body, self.choice.seconds)))

    def _once(self, body: bytes, seconds: float) -> _Answer:
        """Ask once. The answer is awaited for the seconds and no longer, however it drips."""
        parts = urlsplit(self.choice.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        line = kind(str(parts.hostname), parts.port, timeout=seconds)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.choice.key:
            headers["Authorization"] = f"Bearer {self.choice.key}"
        is_over = Event()
        try:
            line.connect()
            end = Timer(seconds, hang_up, (line.sock, is_over))
            end.daemon = True
            end.start()
            try:
                line.request("POST", parts.path, body, headers)
                with line.getresponse() as answer:
                    told = answer.read(MOST_BYTES + 1)
            finally:
                end.cancel()
        except (OSError, HTTPException) as error:
            if is_over.is_set() or isinstance(error, TimeoutError):
                raise ProviderDown("TIMEOUT", f"{seconds:g} 秒内没有答完") from error
            why = type(error).__name__
            raise ProviderDown("UNREACHABLE", f"连不上编码器的地址：{why}") from error
        finally:
            line.close()
        if is_over.is_set():
            raise ProviderDown("TIMEOUT", f"{seconds:g} 秒内没有答完")
        return _Answer(answer.status, answer.headers.get("Retry-After", ""), told)


def hang_up(sock: socket.socket, is_over: Event) -> None:
    is_over.set()
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _wait(asked: str, otherwise: float) -> float:
    """Return the seconds to wait: what the answer asks for, as far as that is sensible."""
    is_number = asked.isascii() and asked.isdecimal()
    return min(float(asked) if is_number else otherwise, LONGEST_PAUSE)


def _told(answer: _Answer) -> Any:
    """Return the JSON of a good answer."""
    status = answer.status
    if 300 <= status < 400:
        raise AnswerRefused("REDIRECT", f"编码器的地址转去别处（{status}），不跟着走")
    if status in NOT_NOW or status in NOT_YOU:
        raise ProviderDown("STATUS", f"编码器答复状态 {status}")
    if status != 200:
        raise AnswerRefused("STATUS", f"编码器答复状态 {status}")
    if len(answer.body) > MOST_BYTES:
        raise AnswerRefused("TOO_LARGE", "编码器的答复太大")
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
