"""The front page, and the pages that say who runs this and by which promises."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kehui.market.models import Side
from kehui.market.selectors import newest
from kehui.privacy import register
from kehui.web import facts_shown

SHOWN = 6


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show one search, two doors, and what is new."""
    context = {
        "needs": [facts_shown.need_card(each) for each in newest.newest_needs(SHOWN)],
        "offers": [facts_shown.card(each) for each in newest.newest_offers(SHOWN)],
        "counts": {
            "needs": newest.published_count(Side.NEED),
            "offers": newest.published_count(Side.OFFER),
        },
    }
    return render(request, "home/home.html", context)


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "home/about.html")


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Show which personal data is kept, what for, on what ground, how long: the register itself."""
    context = {
        "head": [_("用途"), _("信息"), _("谁能看到"), _("依据"), _("保存多久"), _("注销后")],
        "rows": [
            [
                each.purpose,
                "、".join(each.labels),
                each.who_sees,
                each.basis,
                each.retention,
                each.erasure,
            ]
            for each in register.lines()
        ],
    }
    return render(request, "home/privacy.html", context)


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "home/accessibility.html")
