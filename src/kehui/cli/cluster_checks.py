"""What `kehui doctor` says of the machines that share the matching index."""

from kehui.core.errors import Refused
from kehui.matching.services import examine_cluster

Finding = dict[str, str]


def finding(code: str, verdict: str, found: str, advice: str = "") -> Finding:
    return {"code": code, "what": "匹配集群", "verdict": verdict, "found": found, "advice": advice}


def findings() -> list[Finding]:
    """Connect and count the machines; nothing to say where one machine answers alone."""
    try:
        found = examine_cluster()
    except Refused as refusal:
        return [finding(refusal.code.lower(), "bad", refusal.chinese)]
    if found is None:
        return []
    said = f"{found.machines} 台机器，{found.shards} 个分片，每片 {found.replicas} 份"
    if found.replicas > 1:
        return [finding("ray", "good", said)]
    advice = "坏一台机器就会有信息查不到：再加一台，并把 KEHUI_RAY_REPLICAS 设为 2 以上。"
    return [finding("ray", "warning", said, advice)]
