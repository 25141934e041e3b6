"""Publishers with a token each, made in the data folder that KEHUI_DATA_DIR names.

Run as a process of its own: it prints one JSON object, `{"category": …, "secrets": […]}`.
"""

import json
import secrets
import sys

import django


def make(count: int) -> dict[str, object]:
    # Imported late: the settings have to be read before any model
    from django.utils import timezone
    from tests.makers import make_account, make_person
    from tests.market.writing import category_for

    from kehui.people.models import ApiToken, Level
    from kehui.people.services import issue_token

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
    sys.stdout.write(json.dumps(make(int(sys.argv[1]))))
