"""Every address that is none: programs get a problem document, never a page."""

from django.http import Http404, HttpRequest
from ninja import Router

router = Router()


@router.api_operation(
    ["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", auth=None, include_in_schema=False
)
def nowhere(request: HttpRequest, rest: str) -> None:
    raise Http404
