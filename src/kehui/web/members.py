"""Pages for people who are signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from kehui.people.models import Account, Person

Answer = TypeVar("Answer", bound=HttpResponseBase)


class MemberRequest(HttpRequest):
    """A request of somebody signed in who is a person here."""

    user: Account
    person: Person


def member_required(
    view: Callable[..., Answer],
) -> Callable[..., Answer]:
    """Send strangers to sign in; refuse accounts that belong to nobody (a technical one)."""

    @wraps(view)
    def answer(request: MemberRequest, *args: Any, **kwargs: Any) -> Answer:
        if request.user.person is None:
            raise PermissionDenied
        request.person = request.user.person
        return view(request, *args, **kwargs)

    return login_required(answer)
