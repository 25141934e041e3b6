"""Programs that call the open interface, each with a token of its own."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.utils import timezone
from tests.makers import make_account

from kehui.people.models import ApiToken, Person
from kehui.people.services import issue_token

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

READ, PUBLISH = ApiToken.Scope.READ, ApiToken.Scope.PUBLISH
ROOT = "/api/v1"


class Program:
    """Calls with the token of one person."""

    def __init__(self, person: Person, *scopes: ApiToken.Scope) -> None:
        self.person = person
        if not hasattr(person, "account"):
            make_account(person=person)
        self.secret = f"kehui_test_{person.pk}_{ApiToken.objects.count()}"
        self.token = issue_token(
            person=person,
            name="测试程序",
            scopes=scopes or (READ, PUBLISH),
            secret=self.secret,
            at=timezone.now() - timedelta(hours=1),
        )
        self.client = Client()

    def get(self, path: str, **query: Any) -> "Answer":
        return self.client.get(ROOT + path, query, headers=self._headers())

    def post(self, path: str, body: Any, *, key: str | None = "key-1") -> "Answer":
        more = {} if key is None else {"Idempotency-Key": key}
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        return self.client.post(
            ROOT + path, text, content_type="application/json", headers=self._headers() | more
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


def problem(response: "Answer") -> tuple[int, str]:
    """Return status and code of a problem document."""
    assert response["Content-Type"] == "application/problem+json", response.content
    return response.status_code, response.json()["code"]
