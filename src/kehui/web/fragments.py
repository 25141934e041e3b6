"""Pages that htmx asks for in part: one address gives the page, and to htmx what changes of it."""

from django.http import HttpRequest


def wants_fragment(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part; coming back in the history it wants the whole page."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get(
        "HX-History-Restore-Request"
    )
