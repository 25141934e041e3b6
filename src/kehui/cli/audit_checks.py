"""What `kehui doctor` says of the audit log."""

from datetime import datetime, timedelta

from kehui.ledger import selectors

LATE = timedelta(minutes=10)
Finding = dict[str, str]


def finding(verdict: str, found: str, advice: str = "") -> Finding:
    return {
        "code": "audit", "what": "审计日志", "verdict": verdict, "found": found, "advice": advice
    }  # fmt: skip


def database_finding(*, at: datetime) -> Finding:
    """Say how far the log is sealed, and what the witnesses answered last."""
    last, waiting = selectors.last_checkpoint(), selectors.unsealed()
    since = selectors.unsealed_since()
    found = f"封存 {last.pk if last else 0} 条，待封存 {waiting} 条"
    troubled = [f"{each.name} {each.trouble}" for each in selectors.troubled_witnesses()]
    if since and at - since > LATE:
        advice = "检查后台进程是否在运行、有没有事务一直开着；再执行 kehui audit verify。"
        return finding("bad", found, advice)
    if troubled:
        found = f"{found}；没有见证：{'、'.join(troubled)}"
        advice = "AHEAD、STATUS_409、STATUS_422 说明见证方看到过别的历史：请立即核对。"
        return finding("warning", found, advice)
    return finding("good", found)
