"""A model in a folder of this machine: model.onnx and tokenizer.json, the extra [onnx]."""

import importlib
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np

from kehui.matching.adapter.encoders.choice import FILES, Choice
from kehui.matching.adapter.encoders.failures import AnswerRefused, ProviderDown
from kehui.matching.adapter.encoders.source import Role, fingerprint

LONGEST: Final = 512  # tokens; a title and its sentences are far shorter
FED: Final = {"input_ids", "attention_mask", "token_type_ids", "position_ids"}


class Folder:
    """ONNX Runtime on one thread, the tokenizer of the folder, and pooling as it was asked for.

    Hidden states (texts, tokens, width) are pooled by the first token, by the mean of all tokens,
    or by the last token, padding left out.
    """

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.id = f"onnx:{Path(choice.folder).resolve().name}"[:56]
        files = [Path(choice.folder) / each for each in FILES]
        stamps = tuple((str(each), each.stat().st_mtime_ns) for each in files)
        prefixes = (choice.query_prefix, choice.passage_prefix)
        self.version = fingerprint(_hashed(stamps), choice.pooling, *prefixes, choice.edition)
        self._lock = Lock()
        self._session: Any = None
        self._tokenizer: Any = None

    def vectors(self, texts: list[str], *, role: Role, patient: bool) -> Any:  # noqa: ARG002
        prefix = self.choice.prefixes[role]
        try:
            with self._lock:
                if self._session is None:
                    self._load()
        except ProviderDown:
            raise
        except Exception as error:
            # The runtime raises what it likes; it is not ours, and the site goes on without it
            raise ProviderDown("ONNX", f"ONNX 模型不能用：{str(error)[:200]}") from error
        try:
            tokens = self._tokenizer.encode_batch([prefix + each for each in texts])
            return self._pooled(tokens)
        except ProviderDown:
            raise
        except Exception as error:  # perhaps for these texts alone
            raise AnswerRefused("ONNX", f"ONNX 模型算不了：{str(error)[:200]}") from error

    def _load(self) -> None:
        runtime = importlib.import_module("onnxruntime")
        tokenizer = importlib.import_module("tokenizers").Tokenizer
        model, vocabulary = (str(Path(self.choice.folder) / each) for each in FILES)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        unknown = {each.name for each in session.get_inputs()} - FED
        if unknown:
            names = "、".join(sorted(unknown))
            raise ProviderDown("ONNX_INPUTS", f"模型要的输入我们给不了：{names}")
        self._tokenizer = tokenizer.from_file(vocabulary)
        self._tokenizer.enable_truncation(max_length=LONGEST)
        padding = self._tokenizer.padding or {}
        known = {name: padding[name] for name in ("pad_id", "pad_token") if name in padding}
        self._tokenizer.enable_padding(direction="right", **known)
        self._session = session

    def _pooled(self, tokens: list[Any]) -> Any:
        mask = np.array([each.attention_mask for each in tokens], np.int64)
        given = {
            "input_ids": np.array([each.ids for each in tokens], np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
            "position_ids": np.broadcast_to(np.arange(mask.shape[1]), mask.shape),
        }
        wanted = {each.name: given[each.name] for each in self._session.get_inputs()}
        answers = self._session.run(None, wanted)
        hidden = next((each for each in answers if each.ndim == 3), None)
        if hidden is None:
            raise ProviderDown("ONNX_OUTPUTS", "模型没有按词给出的输出（文本数×词数×维数）")
        if self.choice.pooling == "cls":
            return hidden[:, 0]
        if self.choice.pooling == "last":
            return hidden[np.arange(len(mask)), np.maximum(mask.sum(axis=1) - 1, 0)]
        weight = mask[:, :, None].astype(np.float64)
        return (hidden * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1)


@lru_cache(maxsize=4)
def _hashed(stamps: tuple[tuple[str, int], ...]) -> str:
    """Return a hash of the files; their times tell when it has to be taken anew."""
    digests = []
    for name, _changed in stamps:
        with Path(name).open("rb") as stream:
            digests.append(file_digest(stream, "sha256").hexdigest())
    return "".join(digests)
