"""Publishers with a token each, made in the data folder that KEHUI_DATA_DIR names.

Run as a process of its own: it prints one JSON object, `{"category": …, "secrets": […]}`.
"""

import json
import secrets
import sys

import django


def make(count: int) -> dict[str, object]:
    # Imported late: the settings have to be read before any model
    from django.utils import timezone  # noqa: PLC0415
    from tests.makers import make_account, make_person  # noqa: PLC0415
    from tests.market.writing import category_for  # noqa: PLC0415

    from kehui.people.models import ApiToken, Level  # noqa: PLC0415
    from kehui.people.services import issue_token  # noqa: PLC0415

    given = []
    for number in range(count):
        person = make_person(level=Level.V2)
        make_account(person=person)
        secret = f"kehui_{secrets.token_urlsafe(32)}"
        issue_token(
            person=person,
            name=f"程序 {number}",
            scopes=[ApiToken.Scope.PUBLISH],
            secret=secret,
            at=timezone.now(),
        )
        given.append(secret)
    return {"category": category_for("service").pk, "secrets": given}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(make(int(sys.argv[1]))))  # noqa: T201 - it is what the caller reads
