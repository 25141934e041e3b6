"""The style guide: every component once, with content that could be real."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import samples
from .forms import SampleForm


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    page = Paginator(range(118), 20).get_page(request.GET.get("page"))
    wrong = {"title": "废水", "budget": "100"} if "errors" in request.GET else None
    context = {
        "samples": samples,
        "page": page,
        "form": SampleForm(wrong),
    }
    return render(request, "styleguide/index.html", context)
