from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from kehui.api.v1.door import person_of
from kehui.api.v1.market import found, shapes, shown
from kehui.api.v1.market.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.core import dates
from kehui.market import policies
from kehui.market.models import Side
from kehui.market.selectors import items

SHELF = 60


@router.get(
    "/studios/{int:number}",
    tags=["studios"],
    response={200: shapes.StudioOut, **REFUSALS},
    summary="读一间科创工作室 · Read one studio",
    url_name="read_studio",
    operation_id="read_studio",
)
def read_studio(request: HttpRequest, number: int) -> shapes.StudioOut:
    """读一间工作室和它货架上最新的 60 项。"""
    reader, today = person_of(request), dates.day_of(timezone.now())
    studio = get_object_or_404(items.visible_studios(reader, today=today), pk=number)
    shelf = items.shelf(studio)
    newest = found.loaded(Side.OFFER, list(shelf.values_list("pk", flat=True)[:SHELF]))
    return shapes.StudioOut(
        **shown.studio_summary(studio).dict(),
        is_mine=policies.may_edit_studio(reader, studio, today=today),
        best_works=list(items.best_works(studio).values_list("pk", flat=True)),
        shelf=[shown.summary(each) for each in newest],
        shelf_total=shelf.count(),
    )
