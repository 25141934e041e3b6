"""Complaints: taken in from anybody, owed an answer by a day, passed on when nobody gave it."""

from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from tests.makers import NOW, make_operator, make_person
from tests.parallel import meanwhile

from kehui.ledger.models import Entry
from kehui.operations import services
from kehui.operations.models import Complaint
from kehui.operations.selectors import complaints
from kehui.people.models import Person, Try
from kehui.people.services import TooManyTries

pytestmark = pytest.mark.django_db

CODE = "ABCDEFGH2345"


def file(
    *,
    text: str = "这条需求是假的。",
    code: str = CODE,
    by: Person | None = None,
    at: datetime = NOW,
    address: str = "192.0.2.7",
) -> Complaint:
    return services.file_complaint(
        kind=Complaint.Kind.FALSEHOOD,
        text=text,
        about="XQ000012",
        contact="",
        code=code,
        by=by,
        address=address,
        at=at,
    )


def kinds() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("kind", flat=True))


def test_it_gets_a_number_and_a_day_three_working_days_on() -> None:
    complaint = file(text="  这条需求是假的。 ", at=datetime(2026, 3, 5, 1, tzinfo=UTC))  # Thursday

    assert complaint.number == f"TS{complaint.pk:06d}"
    assert complaint.text == "这条需求是假的。"
    assert complaint.due_on == date(2026, 3, 10)
    assert kinds() == ["complaint.filed"]
    assert CODE.encode() not in bytes(complaint.code_hash)


def test_a_second_click_is_the_first_complaint() -> None:
    first = file()

    assert file(text="再点一次").pk == first.pk
    assert (Complaint.objects.count(), kinds()) == (1, ["complaint.filed"])


def test_an_empty_one_is_refused() -> None:
    with pytest.raises(services.ComplaintEmpty):
        file(text=" \n")
    assert not Complaint.objects.exists()


def test_too_many_from_one_place_are_held_up_and_later_ones_are_not() -> None:
    for number in range(20):
        file(code=f"ABCDEFGH23{number:02d}")
    with pytest.raises(TooManyTries):
        file(code="ZZZZZZZZZZZZ", address="192.0.2.200")

    file(code="ZZZZZZZZZZZZ", address="198.51.100.1")
    file(code="YYYYYYYYYYYY", at=NOW + timedelta(minutes=16))


@pytest.mark.parametrize("code", [CODE, CODE.lower(), "ABCD-EFGH-2345", "ABCD EFGH 2345"])
def test_number_and_code_open_it(code: str) -> None:
    complaint = file()

    found = services.open_complaint(
        number=f" ts{complaint.pk:06d}", code=code, address="192.0.2.7", at=NOW
    )

    assert found.pk == complaint.pk


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("TS{pk}", "ZZZZZZZZZZZZ"),
        ("TS999999", CODE),
        ("某号", CODE),
        ("9" * 40, CODE),
        ("-1", CODE),
    ],
)
def test_a_wrong_number_or_code_opens_nothing(number: str, code: str) -> None:
    complaint = file()

    with pytest.raises(services.ComplaintUnknown):
        services.open_complaint(
            number=number.format(pk=complaint.pk), code=code, address="192.0.2.7", at=NOW
        )


def test_codes_cannot_be_tried_for_ever() -> None:
    for number in range(60):
        with pytest.raises(services.ComplaintUnknown):
            services.open_complaint(
                number="TS1", code=f"{number:012d}", address="192.0.2.7", at=NOW
            )
    with pytest.raises(TooManyTries):
        services.open_complaint(number="TS1", code=CODE, address="192.0.2.9", at=NOW)
    assert Try.objects.count() == 60


def test_an_operator_answers_once() -> None:
    complaint, operator = file(), make_operator()

    answered = services.answer_complaint(
        complaint=complaint, answer=" 已下架。 ", by=operator, at=NOW
    )

    assert (answered.state, answered.answer) == (Complaint.State.ANSWERED, "已下架。")
    assert kinds() == ["complaint.filed", "complaint.answered"]
    with pytest.raises(services.ComplaintAlreadyAnswered):
        services.answer_complaint(complaint=complaint, answer="再答", by=operator, at=NOW)
    with pytest.raises(services.ComplaintAlreadyAnswered):
        services.escalate_complaint(complaint=complaint, by=operator, at=NOW)


def test_an_answer_says_something() -> None:
    complaint = file()

    with pytest.raises(services.ComplaintEmpty) as refused:
        services.answer_complaint(complaint=complaint, answer=" ", by=make_operator(), at=NOW)
    assert refused.value.field == "answer"


def test_nobody_answers_an_own_complaint_and_strangers_none() -> None:
    operator = make_operator()
    complaint = file(by=operator)

    for person in (operator, make_person()):
        with pytest.raises(services.NotYours):
            services.answer_complaint(complaint=complaint, answer="好的", by=person, at=NOW)
        with pytest.raises(services.NotYours):
            services.escalate_complaint(complaint=complaint, by=person, at=NOW)
    assert kinds() == ["complaint.filed"]


def test_who_passes_it_on_gives_five_days_more() -> None:
    complaint = services.escalate_complaint(
        complaint=file(), by=make_operator(), at=NOW + timedelta(days=1)
    )

    assert complaint.state == Complaint.State.ESCALATED
    assert complaint.due_on == date(2026, 3, 10)
    assert kinds()[-1] == "complaint.escalated"


def test_what_nobody_answers_goes_up_once() -> None:
    late, answered = file(), file(code="ZZZZZZZZZZZZ")
    services.answer_complaint(complaint=answered, answer="好的", by=make_operator(), at=NOW)
    fresh = file(code="YYYYYYYYYYYY", at=NOW + timedelta(days=4))

    at = NOW + timedelta(days=4)  # Friday; it was due on Thursday
    assert services.escalate_overdue(at=NOW + timedelta(days=3)) == 0
    assert services.escalate_overdue(at=at) == 1
    assert services.escalate_overdue(at=at) == 0

    late.refresh_from_db()
    fresh.refresh_from_db()
    assert (late.state, late.due_on) == (Complaint.State.ESCALATED, date(2026, 3, 13))
    assert fresh.state == Complaint.State.OPEN
    assert Entry.objects.get(kind="complaint.escalated").actor is None


def test_the_overdue_lead_and_the_answered_stand_apart() -> None:
    later = file(at=NOW + timedelta(days=7))
    first = file(code="ZZZZZZZZZZZZ")
    answered = file(code="YYYYYYYYYYYY")
    services.answer_complaint(complaint=answered, answer="好的", by=make_operator(), at=NOW)

    assert list(complaints.waiting()) == [first, later]
    assert list(complaints.overdue(today=date(2026, 3, 6))) == [first]
    assert list(complaints.answered()) == [answered]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_the_second_is_refused() -> None:
    complaint, one, two = file(), make_operator(), make_operator()
    with ExitStack() as open_:
        with transaction.atomic():
            services.answer_complaint(complaint=complaint, answer="第一个", by=one, at=NOW)
            second = open_.enter_context(
                meanwhile(
                    services.answer_complaint, complaint=complaint, answer="第二个", by=two, at=NOW
                )
            )
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(services.ComplaintAlreadyAnswered):
            second.result()
    complaint.refresh_from_db()
    assert complaint.answer == "第一个"


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_complaint_is_left() -> None:
    with ExitStack() as open_:
        with transaction.atomic():
            first = file()
            second = open_.enter_context(meanwhile(file))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        assert second.result().pk == first.pk
    assert kinds() == ["complaint.filed"]
