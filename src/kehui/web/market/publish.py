"""The publish wizard: choose, write page by page, preview, hand in."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehui.core.errors import Refused
from kehui.ledger.models import Response
from kehui.ledger.services import once
from kehui.market import services
from kehui.market.models import Need, NeedKind, Offer, OfferKind, Side, State, Tier
from kehui.market.selectors import items
from kehui.market.selectors.doubles import doubles_of
from kehui.market.services.publishing import SUBMITTABLE
from kehui.people.models import Organization
from kehui.web import facts_shown
from kehui.web.errors import refusals_on
from kehui.web.market import files, indicators, screens, wizard
from kehui.web.market.details import details
from kehui.web.market.forms.starts import StartForm
from kehui.web.market.forms.steps import StepForm
from kehui.web.members import MemberRequest, member_required


@require_GET
@member_required
def choose(request: MemberRequest) -> HttpResponse:
    """Ask whether somebody has a problem or a skill; show what was begun before."""
    begun = items.own_drafts(request.person, today=timezone.localdate())[:10]
    return render(request, "market/publish/choose.html", {"drafts": begun})


@require_http_methods(["GET", "POST"])
@member_required
def publish_need(request: MemberRequest) -> HttpResponse:
    form = _start(request, NeedKind)
    if form.is_valid():
        with refusals_on(form):
            owner = form.owner_chosen
            draft = services.start_draft(
                side=Side.NEED,
                kind=form.cleaned_data["kind"],
                holder=request.person,
                entered_by=request.person,
                organization=owner if isinstance(owner, Organization) else None,
                at=timezone.now(),
            )
            return redirect("market:edit", draft.pk, "matter")
    return _start_page(request, form, Side.NEED)


@require_http_methods(["GET", "POST"])
@member_required
def publish_offer(request: MemberRequest) -> HttpResponse:
    form = _start(request, OfferKind)
    if form.is_valid():
        with refusals_on(form):
            draft = services.start_offer(
                owner=form.owner_chosen,
                person=request.person,
                kind=form.cleaned_data["kind"],
                at=timezone.now(),
            )
            return redirect("market:edit", draft.pk, "matter")
    return _start_page(request, form, Side.OFFER)


@require_http_methods(["GET", "POST"])
@member_required
def edit(request: MemberRequest, pk: int, step: str = "") -> HttpResponse:
    """Write one page. Whatever can stand is saved, whatever cannot is said at its input."""
    item = wizard.own(request.person, pk)
    if not wizard.may_be_written(item):
        messages.warning(request, _("“%s”的信息不能再改。") % item.get_state_display())
        return redirect(screens.address_of(item))
    if not step:
        return redirect(wizard.address(item, wizard.slugs(item)[0]))
    if step == wizard.INDICATORS and step in wizard.slugs(item):
        return indicators.edit(request, item)
    typed = (request.POST, request.FILES) if request.method == "POST" else ()
    form = wizard.page(item, step)(*typed, item=item)
    if request.method == "POST":
        return _write(request, item, step, form)
    form.mark_needed()
    return screens.page(request, item, step, {"form": form})


def _write(request: MemberRequest, item: Need | Offer, step: str, form: StepForm) -> HttpResponse:
    form.is_valid()
    about_files = files.is_about_files(request)
    refused: list[Refused] = []
    if not (about_files and wizard.is_out(item)):  # whose text waits for its own button
        item, refused = wizard.store(item, form, request.person, at=timezone.now())
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=screens.REFUSED if refused else 204)
    form.show(refused if about_files else [*refused, *wizard.faults(item)])
    for fault in refused:
        if fault.field is None:
            form.add_error(None, str(fault))
    for fault in files.take(request, item, form):
        form.add_error("attached", str(fault))
        refused.append(fault)
    if about_files:
        return _after_files(request, item, step, form)
    if "later" in request.POST and not refused:
        return screens.put_aside(request)
    if form.errors:
        form.mark_needed()
        return screens.page(request, item, step, {"form": form}, status=screens.REFUSED)
    return screens.turn(request, item, step)


def _after_files(
    request: MemberRequest, item: Need | Offer, step: str, form: StepForm
) -> HttpResponse:
    """Show the page again with what is typed there, and the list of files as it is now."""
    if not (form.errors or wizard.is_out(item)):
        return redirect(f"{wizard.address(item, step)}#files")
    form.mark_needed()
    status = screens.REFUSED if form.errors else 200
    return screens.page(request, item, step, {"form": form}, status=status)


@require_POST
@member_required
def examine(request: MemberRequest, pk: int, step: str) -> HttpResponse:
    """Give the clinic's panel for what is typed right now; nothing is saved."""
    item = wizard.own(request.person, pk)
    table = None
    if step == wizard.INDICATORS:
        table = indicators.typed(request.POST)
    else:
        form = wizard.page(item, step)(request.POST, item=item)
        form.is_valid()
        for name, value in form.values(at=timezone.now()).items():
            setattr(item, name, value)
    context = {"item": item, "step": step, **screens.panel(item, indicators=table)}
    return render(request, "market/publish/_clinic.html", context)


@require_GET
@member_required
def preview(request: MemberRequest, pk: int) -> HttpResponse:
    """Show the item as the other side will see it, and what is still missing."""
    return _preview(request, wizard.own(request.person, pk))


@require_POST
@member_required
def submit(request: MemberRequest, pk: int) -> HttpResponse:
    """Hand the item in, once however often the button is pressed."""
    item = wizard.own(request.person, pk)
    at = timezone.now()

    def action() -> Response:
        done = services.submit_item(item=item, person=request.person, at=at)
        body: dict[str, object] = {"location": screens.address_of(done), "state": done.state}
        return Response(status=302, body=body)

    try:
        response = once(
            key=request.POST.get("key", ""),
            door="web",
            person=request.person.pk,
            request=f"submit {pk}",
            at=at,
            action=action,
        )
    except Refused as refusal:
        return _preview(request, item, refusal)
    if response.body["state"] == State.ON_HOLD:
        messages.warning(
            request, _("已收到。标题和描述说的不像一件事，先放在“待补充”，改一改再提交。")
        )
    else:
        messages.success(request, _("已提交，审核员 3 个工作日内答复。"))
    return redirect(str(response.body["location"]))


def _preview(
    request: MemberRequest, item: Need | Offer, refusal: Refused | None = None
) -> HttpResponse:
    found = getattr(refusal, "faults", [refusal]) if refusal else wizard.faults(item)
    as_visitor = request.GET.get("as") == "visitor"
    sees = item.tier == Tier.PUBLIC or not as_visitor
    context = {
        "item": item,
        item.side: item,
        "gaps": wizard.gaps(item, found),
        "is_refused": refusal is not None,
        "may_submit": item.state in SUBMITTABLE,
        "doubles": [each for each in doubles_of(item) if not each.is_own],
        "views": [
            {"label": _("实名用户"), "href": "?as=verified", "on": not as_visitor},
            {"label": _("路过的人"), "href": "?as=visitor", "on": as_visitor},
        ],
        **details(item, sees=sees, files=[*item.attachments.all()] if sees else []),
        "key_facts": facts_shown.key_facts(item),
        "party": facts_shown.party(item, is_mine=False),
        "steps": wizard.steps(item, "preview"),
        "before": wizard.before(item, "preview"),
        "key": uuid4().hex,
    }
    status = 200 if refusal is None else max(refusal.status, screens.REFUSED)
    return render(request, "market/publish/preview.html", context, status=status)


def _start(request: MemberRequest, kinds: type[NeedKind | OfferKind]) -> StartForm:
    return StartForm(
        request.POST or None, account=request.user, kinds=kinds, today=timezone.localdate()
    )


def _start_page(request: MemberRequest, form: StartForm, side: Side) -> HttpResponse:
    status = screens.REFUSED if form.is_bound else 200
    return render(request, "market/publish/start.html", {"form": form, "side": side}, status=status)
