"""Persons beside a plugged encoder: none of their vectors are its own, so they rank by words."""

import pytest
from tests.makers import make_person
from tests.matching.encoders.loopback import Loopback
from tests.matching.encoders.test_replacing import in_force
from tests.matching.pairs import AT, offer_of
from tests.matching.people import BRIDGE, SALT, gathered, known_for

from kehui.matching import adapter
from kehui.matching.models import Profile
from kehui.matching.services import experts_for, needs_for, refresh_index

pytestmark = pytest.mark.django_db


def test_persons_rank_by_words_and_the_provider_is_not_asked(server: Loopback) -> None:
    knows, other = make_person(), make_person()
    known_for(SALT, knows)
    known_for(BRIDGE, other)
    gathered()
    need, offers, name = in_force(server)
    assert set(Profile.objects.values_list("encoder", flat=True)) == {adapter.built_in_name()}

    found = experts_for(need=need, most=5, at=AT).found
    (suited,) = needs_for(knows, most=5, at=AT).found

    assert adapter.index().encoder_name == name
    assert [each.other.person for each in found] == [knows, other]
    assert suited.other == need
    assert suited.score == found[0].score
    assert server.requests == []
    table = adapter.index().shards["offer"][0].table
    with_vector = {int(id_) for id_, scale in zip(table.ids, table.scales, strict=True) if scale}
    assert with_vector == {each.pk for each in offers}


def test_who_comes_later_gets_no_vector_of_an_encoder_that_nobody_asks(server: Loopback) -> None:
    need, _, _ = in_force(server)
    person = make_person()
    studio = known_for(SALT, person)
    offer_of("salt", person, studio=studio, published_at=AT)
    gathered()

    assert refresh_index(at=AT) is False

    (found,) = experts_for(need=need, most=5, at=AT).found
    (suited,) = needs_for(person, most=5, at=AT).found
    assert (found.other, suited.other) == (studio, need)
    assert bytes(Profile.objects.get().vector) == b""
    assert server.requests == []
