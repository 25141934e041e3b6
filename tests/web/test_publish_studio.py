"""The studio from behind the counter."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.makers import make_account, make_person, make_team
from tests.market.writing import publish_offer

from kehui.market.models import Studio

pytestmark = pytest.mark.django_db


def test_a_studio_is_opened_described_paused_and_handed_on(client: Client) -> None:
    person = make_person()
    team = make_team(lead=person)
    client.force_login(make_account(person=person))
    opened = client.post(reverse("market:studio_open"), {"owner": "person"})
    again = client.post(reverse("market:studio_open"), {"owner": "person"})
    studio = Studio.objects.get()
    here = reverse("market:studio_edit", args=[studio.pk])

    named = client.post(here, {"name": "盐水工作室", "skills": "膜分离 结晶"})
    unnamed = client.post(here, {"name": "盐水工作室", "directions": "加微信 kehui2026"})
    paused = client.post(reverse("market:studio_move", args=[studio.pk]), {"state": "paused"})
    twice = client.post(reverse("market:studio_move", args=[studio.pk]), {"state": "paused"})
    odd = client.post(reverse("market:studio_move", args=[studio.pk]), {"state": "sold"})
    handed = client.post(
        reverse("market:studio_transfer", args=[studio.pk]), {"owner": f"team:{team.pk}"}
    )

    answers = (opened, again, named, unnamed, paused, twice, odd, handed)
    assert [each.status_code for each in answers] == [302, 422, 302, 422, 302, 302, 404, 302]
    studio.refresh_from_db()
    assert (studio.name, studio.skills, studio.state, studio.owner) == (
        "盐水工作室",
        ["膜分离", "结晶"],
        "paused",
        team,
    )


def test_best_works_are_chosen_from_the_shelf(client: Client) -> None:
    offer, foreign = publish_offer(), publish_offer()
    client.force_login(make_account(person=offer.holder))
    works = reverse("market:studio_best_works", args=[offer.studio.pk])

    bad = client.post(works, {"works": [foreign.pk]})
    good = client.post(works, {"works": [offer.pk]})

    assert (bad.status_code, good.status_code) == (422, 302)
    assert list(offer.studio.best_works.all()) == [offer]


def test_strangers_find_no_counter(client: Client) -> None:
    studio = publish_offer().studio
    client.force_login(make_account())
    for name in ("studio_edit", "studio_transfer", "studio_best_works"):
        assert client.get(reverse(f"market:{name}", args=[studio.pk])).status_code == 404
    moved = client.post(reverse("market:studio_move", args=[studio.pk]), {"state": "closed"})
    assert moved.status_code == 404
