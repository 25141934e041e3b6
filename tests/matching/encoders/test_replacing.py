"""One encoder replaces another, fails, comes back: nothing is lost, and every score says whose."""

from datetime import timedelta

import pytest
from pytest_django import Settings
from tests.makers import NOW
from tests.matching.encoders import loopback
from tests.matching.encoders.conftest import Rig
from tests.matching.encoders.loopback import Loopback
from tests.matching.pairs import AT, need_of, offer_of

from kehui.market.models import Need, Offer
from kehui.matching import adapter
from kehui.matching.models import Embedding, EncoderProgress, MatchRun, Suggestion
from kehui.matching.services import (
    build_index,
    embed_items,
    embed_next,
    encoder_standing,
    keep_promises,
    match_item,
    refresh_index,
    rematch_all,
    request_match,
)
from kehui.matching.services.embedding import Step

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WORDS = "none 1"


def embed_all(*, at_a_time: int = 2) -> list[Step]:
    """Let the plugged encoder make a whole round."""
    steps = []
    while not (step := embed_next(at=AT, limit=at_a_time)).is_done and not step.error:
        steps.append(step)
    return [*steps, step]


def vectors(name: str) -> dict[int, bytes]:
    rows = Embedding.objects.filter(encoder=name)
    return {each.item_id: bytes(each.vector) for each in rows}


def encoders_told(need: Need) -> set[str]:
    return {each.explanation["encoder"] for each in Suggestion.objects.filter(need=need)}


def published() -> tuple[Need, list[Offer]]:
    return need_of("salt"), [offer_of(each) for each in ("salt", "coating", "bridge")]


def in_force(server: Loopback) -> tuple[Need, list[Offer], str]:
    """Return a market that the address has embedded and now serves."""
    rows = published()
    embed_all()
    build_index(at=AT)
    name = adapter.serving_name()
    assert name is not None
    assert name.startswith("openai:tiny ")
    server.requests.clear()
    return (*rows, name)


def test_the_old_vectors_serve_until_the_new_ones_are_all_there(rig: Rig) -> None:
    wanted, kind = rig.provider().name, rig.settings.ENCODER
    rig.settings.ENCODER = "built-in"
    need, offers = published()
    build_index(at=AT)
    match_item(item=need, at=AT)
    before = {each.offer_id: each.score for each in Suggestion.objects.all()}

    rig.settings.ENCODER = kind
    first = embed_next(at=AT, limit=2)
    assert (first.made, first.late, refresh_index(at=AT + HOUR)) == (2, {}, False)
    match_item(item=need, at=AT)

    assert {each.offer_id: each.score for each in Suggestion.objects.all()} == before
    assert encoders_told(need) == {adapter.built_in_name()} == {adapter.serving_name()}
    standing = encoder_standing()
    assert (standing.wanted, standing.missing, standing.published) == (wanted, 2, 4)

    assert [each.made for each in embed_all()] == [2, 0]
    assert refresh_index(at=AT + HOUR) is True
    match_item(item=need, at=AT)

    assert adapter.serving_name() == wanted == adapter.standing().encoder
    assert encoders_told(need) == {wanted}
    assert {each.engine for each in Suggestion.objects.all()} == {f"kehui-3 {wanted}"}
    assert set(vectors(wanted)) == {need.pk, *(each.pk for each in offers)}
    assert all(len(each) == 4 * rig.dimension for each in vectors(wanted).values())
    assert set(Embedding.objects.values_list("encoder", flat=True)) == {wanted}
    assert refresh_index(at=AT + 2 * HOUR) is False
    best = Suggestion.objects.order_by("-order")[0]
    assert best.offer_id == offers[0].pk
    assert best.score == sum(part["got"] for part in best.parts)
    assert best.explanation["passages"]


def test_without_any_index_what_is_built_in_stands_in_for_what_is_down(rig: Rig) -> None:
    rig.break_()
    wanted = rig.anew().name
    need, offers = published()

    step = embed_next(at=AT)
    found = match_after(need)

    assert (step.made, step.is_done, bool(step.error)) == (0, False, True)
    assert found[0] == offers[0].pk
    assert encoders_told(need) == {adapter.built_in_name()}
    progress = EncoderProgress.objects.get(pk=wanted)
    assert (progress.failures, progress.failed_at, progress.finished_at) == (1, AT, None)
    assert progress.error == step.error
    assert vectors(wanted) == {}

    rig.mend()
    embed_all()
    assert refresh_index(at=AT + HOUR) is True
    assert adapter.serving_name() == wanted


def match_after(need: Need) -> list[int]:
    build_index(at=AT)
    return [each.offer_id for each in match_item(item=need, at=AT)]


def test_what_is_published_while_it_is_down_is_matched_by_words_and_then_anew(
    server: Loopback,
) -> None:
    _, offers, name = in_force(server)
    usual, server.usual = server.usual, loopback.status(503)
    need = need_of("coating", published_at=AT + timedelta(minutes=1))
    request_match(item=need.pk, revision=1, trigger="published", at=AT)

    assert keep_promises(at=AT) == 1

    assert encoders_told(need) == {WORDS}
    assert Suggestion.objects.filter(need=need).order_by("-order")[0].offer_id == offers[1].pk
    assert MatchRun.objects.get(item=need).state == MatchRun.State.DONE
    assert need.pk not in vectors(name)
    assert EncoderProgress.objects.get(pk=name).failures == 1
    assert embed_next(at=AT).error

    server.usual = usual
    (step, done) = embed_all()
    assert (step.made, step.late, done.is_done) == (1, {need.pk: 1}, True)
    assert MatchRun.objects.filter(item=need, state="pending").get().trigger == "embedded"
    keep_promises(at=AT + HOUR)

    assert encoders_told(need) == {name}
    assert refresh_index(at=AT + HOUR) is False  # its snapshot is of the same instant
    EncoderProgress.objects.update(caught_up_at=AT + HOUR)
    assert refresh_index(at=AT + 2 * HOUR) is True
    assert adapter.standing().changed_since == 0
    assert EncoderProgress.objects.get(pk=name).error == ""


def test_a_vector_made_ahead_is_found_at_once_by_others(server: Loopback) -> None:
    need, _, name = in_force(server)
    offer = offer_of("salt", published_at=AT + timedelta(minutes=1))
    adapter.index()  # somebody looks before the vector is there
    request_match(item=offer.pk, revision=1, trigger="published", at=AT)

    keep_promises(at=AT)
    match_item(item=need, at=AT)

    assert offer.pk in vectors(name)
    told = Suggestion.objects.get(need=need, offer=offer)
    assert (told.explanation["encoder"], told.from_need, told.from_offer) == (name, True, True)
    assert len(server.requests) == 1


def test_a_pair_of_which_one_has_no_vector_is_argued_by_words(server: Loopback) -> None:
    need, offers, name = in_force(server)
    Embedding.objects.filter(item=offers[0]).delete()

    match_item(item=need, at=AT)

    told = {each.offer_id: each.explanation["encoder"] for each in Suggestion.objects.all()}
    assert {each.engine for each in Suggestion.objects.all()} == {
        f"kehui-3 {WORDS}", f"kehui-3 {name}"
    }  # fmt: skip
    assert told[offers[0].pk] == WORDS
    assert {told[each.pk] for each in offers[1:]} == {name}
    assert server.requests == []


def test_nobody_is_asked_for_what_is_stored(server: Loopback) -> None:
    need, offers, name = in_force(server)

    rematch_all(at=AT)
    compared = adapter.compare(need, offers[0], k=10, at=AT)
    adapter.count_alike(need, at=AT, floor=0)

    assert (compared.rank, compared.found.explanation["encoder"]) == (1, name)
    assert compared.found.explanation["passages"]
    assert server.requests == []


def test_what_is_typed_is_asked_once_and_searched_by_words_when_it_is_down(
    server: Loopback,
) -> None:
    _, offers, _ = in_force(server)

    for _round in range(2):
        assert adapter.search("盐分回收", side="offer", most=9) == [offers[0].pk]
    assert len(server.requests) == 1
    assert server.requests[0]["input"] == ["问：盐分回收"]

    server.usual = loopback.of(lambda rows: [[float("nan")] * 16 for _ in rows])
    assert adapter.search("热障涂层", side="offer", most=9) == [offers[1].pk]
    assert adapter.alike("桥梁健康监测", side="offer", most=1) == [offers[2].pk]


def test_a_need_that_is_no_row_is_asked_for_once(server: Loopback) -> None:
    need, offers, name = in_force(server)
    need.pk = 0

    found = adapter.suggest_unsaved(need, indicators=[], k=1, at=AT)

    assert [each.other for each in found] == [offers[0].pk]
    assert found[0].explanation["encoder"] == name
    assert len(server.requests) == 1


def test_an_encoder_that_is_asked_for_no_more_serves_until_its_successor_can(
    server: Loopback, settings: Settings
) -> None:
    need, offers, name = in_force(server)
    server.usual = loopback.status(503)
    settings.ENCODER_MODEL = "another"

    assert embed_next(at=AT).error
    server.requests.clear()
    assert refresh_index(at=AT + HOUR) is False
    match_item(item=need, at=AT)
    assert encoders_told(need) == {name}
    assert adapter.search("盐分回收", side="offer", most=9) == [offers[0].pk]
    assert server.requests == []
    build_index(at=AT + HOUR)
    assert adapter.serving_name() == name


def test_wrong_settings_change_nothing_and_forget_nothing(
    server: Loopback, settings: Settings
) -> None:
    need, _, name = in_force(server)
    kept = vectors(name)
    settings.ENCODER_URL = "not an address"

    build_index(at=AT + HOUR)
    match_item(item=need, at=AT)

    assert (adapter.serving_name(), vectors(name)) == (name, kept)
    assert encoders_told(need) == {name}
    assert encoder_standing().wanted is None
    assert embed_next(at=AT) == Step(is_done=True)
    with pytest.raises(adapter.ProviderFailed) as failed:
        adapter.probe()
    assert failed.value.code == "NOT_CONFIGURED"


def test_back_to_what_is_built_in(server: Loopback, settings: Settings) -> None:
    need, offers, _ = in_force(server)
    settings.ENCODER = "built-in"

    assert refresh_index(at=AT + HOUR) is True

    match_item(item=need, at=AT)
    assert encoders_told(need) == {adapter.built_in_name()}
    assert len(vectors(adapter.built_in_name())) == 1 + len(offers) == Embedding.objects.count()
    assert EncoderProgress.objects.count() == 0


def test_without_any_encoder_words_rank_alone(settings: Settings) -> None:
    settings.ENCODER = "none"
    need, offers = published()

    assert match_after(need)[0] == offers[0].pk
    rematch_all(at=AT)

    assert (embed_items(), Embedding.objects.count()) == (0, 0)
    assert encoders_told(need) == {WORDS} == {adapter.serving_name()}
    assert encoder_standing().missing == 0
    assert refresh_index(at=AT + HOUR) is False


def test_an_empty_market_takes_the_encoder_at_once(rig: Rig) -> None:
    assert [each.is_done for each in embed_all()] == [True]
    build_index(at=AT)
    need = need_of("salt", published_at=NOW + 2 * HOUR)
    offer = offer_of("salt", published_at=NOW + 2 * HOUR)
    for item in (offer, need):
        request_match(item=item.pk, revision=1, trigger="published", at=AT)

    keep_promises(at=AT)

    assert encoders_told(need) == {rig.provider().name}
