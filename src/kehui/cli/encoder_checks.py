"""What `kehui doctor` and Django's own checks say of the encoder."""

from typing import Any
from urllib.parse import urlsplit

from django.core import checks

from kehui.core.errors import Refused
from kehui.matching import adapter, services

NAMES = {"localhost", "127.0.0.1", "::1"}
Finding = dict[str, str]


def finding(verdict: str, found: str, advice: str = "", *, code: str = "encoder") -> Finding:
    return {
        "code": code, "what": "编码器", "verdict": verdict, "found": found, "advice": advice
    }  # fmt: skip


def settings_finding() -> Finding:
    """Look at the settings alone; nobody is asked."""
    try:
        choice = adapter.chosen_encoder()
    except Refused as refusal:
        advice = "改好设置后重启；此前仍用原来的编码器。"
        return finding("bad", f"{refusal} [{refusal.code}]", advice, code="encoder_settings")
    told = f"KEHUI_ENCODER={choice.kind}"
    host = urlsplit(choice.url).hostname
    if host and host not in NAMES:
        advice = "公开的标题和正文会发到那里：确认它可信，跨机器请用 https。"
        return finding("warning", f"{told}，{host}", advice, code="encoder_settings")
    return finding("good", told, code="encoder_settings")


def database_finding() -> Finding:
    """Say which encoder serves, what is missing, and what went wrong last."""
    standing = services.encoder_standing()
    serving = standing.serving or "还没有索引"
    if standing.wanted is None:
        return finding("bad", f"{serving}；设置有误", "见上一项。")
    done = f"{standing.published - standing.missing}/{standing.published} 条有向量"
    found = f"{serving}；{done}"
    if standing.serving != standing.wanted:
        found = f"{serving}，正在换成 {standing.wanted}：{done}"
    progress = standing.progress
    if progress and progress.error:
        found += f"；失败 {progress.failures} 次，最近：{progress.error}"
    if progress and progress.refused:
        found += f"；{progress.refused} 条做不成"
    if standing.missing or standing.serving != standing.wanted:
        advice = "没有向量的按词语匹配。后台每 5 分钟补做；kehui embed 立即做。"
        return finding("warning", found, advice)
    return finding("good", found)


def check_encoder(**_: Any) -> list[checks.CheckMessage]:
    """Tell Django's checks what is wrong with the settings. A warning: the market goes on."""
    said = settings_finding()
    if said["verdict"] == "bad":
        return [checks.Warning(said["found"], hint=said["advice"], id="kehui.W001")]
    return []
