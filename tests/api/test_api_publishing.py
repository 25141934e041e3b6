import pytest
from tests.api.bodies import need_body, offer_body
from tests.api.calling import Program
from tests.makers import make_person

pytestmark = pytest.mark.django_db


def test_a_need_is_written_and_handed_in_with_one_request() -> None:
    program = Program(make_person())
    answer = program.post("/needs", need_body())
    assert answer.status_code == 201, answer.json()


def test_an_offer() -> None:
    program = Program(make_person())
    answer = program.post("/offers", offer_body())
    assert answer.status_code == 201, answer.json()
