"""Links that keep what the reader has already chosen."""

from typing import Any

from django.http import QueryDict
from django.template import Context, Library

register = Library()


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """Return the address's query with these changes: {% query page=2 kind=None %}.

    None drops a name. Any change but that of the page leads back to page one.
    """
    request = context.get("request")
    asked: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    if "page" not in changes:
        asked.pop("page", None)
    for name, value in changes.items():
        if value is None:
            asked.pop(name, None)
        else:
            asked[name] = str(value)
    return f"?{asked.urlencode()}"


@register.simple_tag(takes_context=True)
def query_toggle(context: Context, name: str, value: Any) -> str:
    """Return the query with this value added to the name's values, or taken away."""
    request = context.get("request")
    asked: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    asked.pop("page", None)
    values = asked.getlist(name)
    text = str(value)
    kept = [each for each in values if each != text]
    asked.setlist(name, kept if text in values else [*values, text])
    return f"?{asked.urlencode()}"
