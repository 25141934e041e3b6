"""For operators: what the queue of jobs is doing, and why something failed."""

from collections.abc import Set as AbstractSet
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django.models import ProcrastinateJob

from kehui.core.errors import Refused
from kehui.matching.services import encoder_standing
from kehui.operations import services
from kehui.operations.models import JobFailure
from kehui.operations.selectors import queue
from kehui.web.members import MemberRequest
from kehui.web.office.cursor import sheet
from kehui.web.office.people import operator_required

SHOWN: Final = 30
NAMES: Final = {
    "expire_items": lazy("到期的信息下架"),
    "ask_contacts": lazy("确认联系方式"),
    "escalate_complaints": lazy("超期的投诉转上级"),
    "end_deals": lazy("过期的对接和报价了结"),
    "note_silence": lazy("记下没有兑现的答复"),
    "send_alerts": lazy("通知订阅的人"),
    "refresh_index": lazy("更新检索索引"),
    "embed_items": lazy("给信息算向量"),
    "rematch_all": lazy("夜间全部重新匹配"),
    "match_changes": lazy("匹配白天的变化"),
    "find_doubles": lazy("查重复"),
    "forget_old": lazy("清除到期的临时记录"),
    "seal_log": lazy("封存审计日志"),
    "retry_stalled": lazy("接手停住的任务"),
}


@require_safe
@operator_required
def jobs(request: MemberRequest) -> HttpResponse:
    """Show what runs, what failed and why, and what waits."""
    at = timezone.now()
    stalled = {each.pk for each in queue.stalled(at=at)[:SHOWN]}
    reasons = queue.failures()
    failed = sheet(queue.failed(), request.GET.get("before"))
    last = {each.task_name: each.pk for each in reversed(failed.rows)}
    standing = encoder_standing()
    context = {
        "counts": queue.counts(),
        "running": [_row(each, stalled=stalled) for each in queue.running()[:SHOWN]],
        "failed": [
            _row(each, failure=reasons.get(each.task_name))
            | {"is_last": last[each.task_name] == each.pk}
            for each in failed.rows
        ],
        "further": failed.further,
        "waiting": [_row(each) for each in queue.waiting()[:SHOWN]],
        "published": standing.published,
        "done": standing.published - standing.missing,
    }
    return render(request, "office/jobs.html", context)


@require_POST
@operator_required
def again(request: MemberRequest, pk: int) -> HttpResponse:
    try:
        services.run_again(job=pk, by=request.person, at=timezone.now())
        messages.success(request, _("已重新排队。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("office:jobs")


def _row(
    job: ProcrastinateJob,
    *,
    stalled: AbstractSet[int] = frozenset(),
    failure: JobFailure | None = None,
) -> dict[str, Any]:
    short = job.task_name.rpartition(".")[2]
    return {
        "pk": job.pk,
        "name": NAMES.get(short, job.task_name),
        "attempts": job.attempts,
        "is_stalled": job.pk in stalled,
        "scheduled_at": job.scheduled_at,
        "failure": failure,
    }
