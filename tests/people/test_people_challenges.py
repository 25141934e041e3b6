"""Challenges: calm costs nothing, risk costs more and more, and nothing serves twice."""

import base64
from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.makers import NOW
from tests.parallel import meanwhile
from tests.people.solving import bring, make_ticket, read, solution, written

from kehui.ledger.models import Receipt
from kehui.people import policies, services
from kehui.people.services import Form
from kehui.people.services.challenges import LIFE, LONGEST, WAITS_AT_ONCE
from kehui.people.services.tries import Limit, count, name_subject, subject

ADDRESS, NET = "192.0.2.7", "192.0.2.0/24"


def step(form: Form = Form.SIGN_IN, *, name: str = "", address: str = ADDRESS) -> int:
    return services.step_of(form=form, address=address, name=name, at=NOW)


def tried(whom: str, times: int, *, ago: timedelta = timedelta()) -> None:
    for _ in range(times):
        count([Limit(whom, 10**6)], at=NOW - ago)


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        ({"net": 0}, 0),
        ({"net": 19, "name": 2}, 0),
        ({"net": 19, "name": 3}, 1),
        ({"net": 40, "name": 3}, 2),
        ({"net": 0, "code net": 6}, 2),
        ({"net": 0, "join": 20}, 3),
        ({"net": 1000, "name": 0}, 4),
    ],
)
def test_the_dearest_kind_of_tries_decides(counted: dict[str, int], expected: int) -> None:
    assert policies.challenge_step(counted) == expected


@given(st.sampled_from(sorted(policies.CHALLENGES)), st.integers(0, 300), st.integers(0, 300))
def test_more_tries_never_cost_less(kind: str, one: int, other: int) -> None:
    low, high = sorted((one, other))
    cheap, dear = (policies.challenge_step({kind: each}) for each in (low, high))

    assert cheap <= dear
    assert policies.WORK[cheap] <= policies.WORK[dear]
    assert policies.WAITS[cheap] <= policies.WAITS[dear]
    assert policies.challenge_step({kind: 0}) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("whom", "times", "steps"),
    [
        (subject("net", NET), 20, (1, 1, 1, 1)),
        (name_subject("shen"), 3, (1, 1, 1, 1)),
        (subject("join", NET), 10, (0, 2, 0, 0)),
        (subject("code net", NET), 3, (0, 0, 1, 1)),
    ],
)
def test_each_form_counts_what_concerns_it(
    whom: str, times: int, steps: tuple[int, int, int, int]
) -> None:
    tried(whom, times)

    assert tuple(step(form, name="shen") for form in Form) == steps
    assert [step(form, address="198.51.100.1") for form in Form] == [0, 0, 0, 0]


@pytest.mark.django_db
def test_tries_grow_old() -> None:
    tried(name_subject("13812345678"), 3, ago=timedelta(minutes=14))
    assert step(name="+86 138-1234-5678") == 1  # in any form, it is one number
    tried(subject("code net", NET), 3, ago=timedelta(minutes=59))
    assert step(Form.CODE) == 1
    tried(subject("net", NET), 20, ago=timedelta(minutes=15))
    assert step() == 0


@pytest.mark.django_db
def test_calm_asks_for_nothing() -> None:
    bring(step=0)

    assert not Receipt.objects.exists()
    with pytest.raises(services.ChallengeMissing):
        bring(step=1)


@pytest.mark.django_db
def test_what_is_solved_passes_once() -> None:
    brought = solution(make_ticket())

    bring(brought)

    with pytest.raises(services.ChallengeUsed):
        bring(brought)
    assert list(Receipt.objects.values_list("door", "key")) == [("challenge", "one")]


@pytest.mark.django_db
def test_it_passes_its_own_form_and_step_or_a_lower_one() -> None:
    bring(solution(make_ticket(step=3, serial="a")), step=2)

    with pytest.raises(services.ChallengeMissing):
        bring(solution(make_ticket(step=1, serial="b")), step=2)
    with pytest.raises(services.ChallengeWrong):
        bring(solution(make_ticket(Form.CODE, serial="c")))
    with pytest.raises(services.ChallengeWrong):
        bring(waiting=services.signed_ticket(make_ticket(Form.RESET, serial="d")))


@pytest.mark.django_db
def test_it_expires_by_our_clock() -> None:
    brought = solution(make_ticket())

    with pytest.raises(services.ChallengeExpired):
        bring(brought, at=NOW + LIFE)
    bring(brought, at=NOW + LIFE - timedelta(seconds=1))


@pytest.mark.django_db
def test_what_another_deployment_signed_does_not_count() -> None:
    with pytest.raises(services.ChallengeWrong):
        bring(solution(make_ticket(), key="another key"))


@pytest.mark.django_db
@given(st.data())
def test_any_changed_byte_fails(data: st.DataObject) -> None:
    text = solution(make_ticket())
    raw = bytearray(base64.b64decode(text))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] = data.draw(st.integers(0, 255).filter(lambda each: each != raw[place]))

    with pytest.raises(services.ChallengeWrong):
        bring(base64.b64encode(bytes(raw)).decode())


@pytest.mark.django_db
@given(st.data())
def test_any_changed_sign_of_what_is_sent_fails(data: st.DataObject) -> None:
    signs = st.characters(max_codepoint=0x3FF)
    sent = {
        "solution": solution(make_ticket()),
        "waiting": services.signed_ticket(make_ticket()),
    }
    for kind, text in sent.items():
        place = data.draw(st.integers(0, len(text) - 1))
        sign = data.draw(signs)
        assume(sign != text[place])
        changed = sent | {kind: text[:place] + sign + text[place + 1 :]}
        with pytest.raises(services.ChallengeWrong):
            bring(changed["solution"] if kind == "solution" else "", waiting=changed["waiting"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "x",
        "é",
        "e30=",
        "W10=",
        "bnVsbA==",
        base64.b64encode(b'{"challenge": [], "solution": {}}').decode(),
        base64.b64encode(b"[" * 2000).decode(),
        "A" * (LONGEST + 1),
    ],
)
def test_what_is_no_solution_is_wrong_and_no_error(text: str) -> None:
    with pytest.raises(services.ChallengeWrong):
        bring(text)


@pytest.mark.django_db
def test_one_solution_is_one_text() -> None:
    brought = solution(make_ticket())
    said = read(brought)

    for other in (
        written(said | {"more": 1}),
        written(said, separators=(", ", ":")),
        written(dict(reversed(said.items()))),
        f"{brought}\n",
    ):
        with pytest.raises(services.ChallengeWrong):
            bring(other)
    bring(written(said))


@pytest.mark.django_db
def test_a_wait_counts_when_it_is_over_and_once() -> None:
    waiting = services.signed_ticket(make_ticket(wait=5))

    with pytest.raises(services.ChallengeTooSoon) as caught:
        bring(waiting=waiting, at=NOW + timedelta(seconds=1.5))
    assert str(caught.value) == "还要等 4 秒，然后再按一次。"
    bring(waiting=waiting, at=NOW + timedelta(seconds=5))
    with pytest.raises(services.ChallengeUsed):
        bring(waiting=waiting, at=NOW + timedelta(seconds=15))


@pytest.mark.django_db
def test_few_of_one_block_wait_at_a_time_however_many_began() -> None:
    after = NOW + timedelta(seconds=5)
    begun = [services.signed_ticket(make_ticket(serial=str(number), wait=5)) for number in range(9)]

    for each in begun[:WAITS_AT_ONCE]:
        bring(waiting=each, at=after)
    with pytest.raises(services.TooManyTries):
        bring(waiting=begun[WAITS_AT_ONCE], at=after)
    bring(waiting=begun[WAITS_AT_ONCE], address="198.51.100.1", at=after)
    bring(waiting=begun[WAITS_AT_ONCE + 1], at=after + timedelta(seconds=5))  # not spent meanwhile
    bring(solution(make_ticket()), at=after)  # who works does not wait for others


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_one_solution_one_passes() -> None:
    brought = solution(make_ticket())
    with ExitStack() as stack:
        with transaction.atomic():
            bring(brought)
            second = stack.enter_context(meanwhile(lambda: bring(brought)))
            with pytest.raises(NotYet):
                second.result(timeout=0.5)
        with pytest.raises(services.ChallengeUsed):
            second.result(timeout=10)
