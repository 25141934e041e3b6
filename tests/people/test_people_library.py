"""What centers hand out: procedures in versions, policies with the days on which they hold."""

from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries
from tests.makers import CHENGDU, NOW, SICHUAN, TODAY, WUHOU, make_person, make_region, make_seat
from tests.parallel import meanwhile

from kehui.ledger.models import Entry
from kehui.people import services
from kehui.people.models import Person, PolicyDocument, Procedure, Seat
from kehui.people.selectors import library

pytestmark = pytest.mark.django_db
TEXT: dict[str, Any] = {
    "code": "need-publish",
    "title": "发布技术需求",
    "audience": "企业和合作社",
    "steps": ["登录", "填写", "提交"],
    "papers": ["营业执照"],
    "working_days": 3,
    "at": NOW,
}
POLICY: dict[str, Any] = {
    "title": "支持企业研发办法",
    "number": "川测〔2026〕1 号",
    "source": "某某省科学技术厅",
    "link": "https://example.invalid/1",
    "issued_on": date(2026, 1, 1),
    "valid_from": date(2026, 2, 1),
    "valid_until": date(2026, 12, 31),
    "at": NOW,
}


def make_manager(region: str = WUHOU) -> Person:
    return make_seat(role=Seat.Role.CENTER_MANAGER, region=region).person


def publish(by: Person, **values: Any) -> Procedure:
    return services.publish_procedure(**{"region": WUHOU, **TEXT, **values}, by=by)


def test_a_better_text_is_the_next_version_and_the_old_one_stays() -> None:
    manager = make_manager()

    first = publish(manager)
    second = publish(manager, title="发布需求", steps=["一步", " "], version=1)

    assert [(each.version, each.title) for each in library.procedures_of(WUHOU)] == [
        (2, "发布需求"),
        (1, "发布技术需求"),
    ]
    assert library.procedures_for(WUHOU) == [second]
    assert second.steps == ["一步"]
    assert Entry.objects.filter(kind="procedure.published").count() == 2
    with pytest.raises(services.ProcedureChanged) as refused:
        publish(manager, version=first.version)
    assert (refused.value.code, refused.value.status) == ("PROCEDURE_CHANGED", 409)


def test_the_nearest_text_counts_and_a_withdrawn_one_gives_way(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    manager, above = make_manager(), make_manager(SICHUAN)
    make_region(WUHOU)
    general = publish(above, region=SICHUAN)
    other = publish(above, region=SICHUAN, code="visit", title="安排上门")
    own = publish(manager)

    with django_assert_num_queries(1):
        assert library.procedures_for(WUHOU) == [own, other]
    services.withdraw_procedure(procedure=own, by=manager, at=NOW)

    assert library.procedures_for(WUHOU) == [general, other]
    with pytest.raises(services.ProcedureOver):
        services.withdraw_procedure(procedure=own, by=manager, at=NOW)
    with pytest.raises(services.NotYourCenter):
        services.withdraw_procedure(procedure=general, by=manager, at=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "需求"},
        {"code": ""},
        {"title": "长" * 61},
        {"audience": " "},
        {"steps": []},
        {"steps": ["步"] * 13},
        {"steps": ["长" * 201]},
        {"papers": ["纸"] * 21},
        {"working_days": 366},
        {"working_days": -1},
    ],
)
def test_a_procedure_is_whole(wrong: dict[str, Any]) -> None:
    with pytest.raises(services.ProcedureMalformed):
        publish(make_manager(), **wrong)


def test_who_keeps_no_center_there_publishes_nothing() -> None:
    manager, stranger = make_manager(), make_person()
    make_region(CHENGDU)

    with pytest.raises(services.NotYourCenter):
        publish(manager, region=CHENGDU)
    with pytest.raises(services.NotYourCenter):
        services.add_policy(region=WUHOU, **POLICY, by=stranger)

    assert not Procedure.objects.exists()
    assert not PolicyDocument.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_versions_at_once_the_second_is_asked_to_look_again() -> None:
    manager = make_manager()
    with ExitStack() as stack:
        with transaction.atomic():
            publish(manager)
            second = stack.enter_context(meanwhile(publish, manager, title="另一版", version=0))
            with pytest.raises(NotYet):
                second.result(timeout=0.3)
        with pytest.raises(services.ProcedureChanged):
            second.result(timeout=10)

    assert [each.title for each in Procedure.objects.all()] == ["发布技术需求"]


def test_a_policy_is_shown_as_what_it_is_on_the_day(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    manager = make_manager()
    make_region(WUHOU)
    valid = services.add_policy(region=WUHOU, **POLICY, by=manager)
    over = services.add_policy(
        region=WUHOU,
        **{**POLICY, "title": "旧办法", "valid_until": TODAY - timedelta(days=1)},
        by=manager,
    )
    coming = services.add_policy(
        region=WUHOU,
        **{**POLICY, "valid_from": TODAY + timedelta(days=1), "valid_until": None},
        by=manager,
    )

    with django_assert_num_queries(1):
        told = library.policies_for(WUHOU, today=TODAY)

    assert told == [("valid", valid), ("coming", coming), ("expired", over)]
    assert library.policies_for(CHENGDU, today=TODAY) == []
    assert list(library.policies_of(WUHOU)) == [coming, over, valid]
    assert valid.standing_on(date(2026, 12, 31)) == "valid"  # the last day counts
    assert valid.standing_on(date(2027, 1, 1)) == "expired"
    assert coming.standing_on(date(2099, 1, 1)) == "valid"
    assert Entry.objects.filter(kind="policy_document.added").count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"source": " "},
        {"number": "号" * 61},
        {"link": "javascript:alert(1)"},
        {"link": "https://"},
        {"link": "https://[::1"},
        {"link": "https://example.invalid/" + "a" * 300},
        {"valid_until": date(2026, 1, 31)},
    ],
)
def test_a_policy_names_its_source_and_leads_to_it(wrong: dict[str, Any]) -> None:
    with pytest.raises(services.PolicyMalformed) as refused:
        services.add_policy(region=WUHOU, **{**POLICY, **wrong}, by=make_manager())

    assert refused.value.code == "POLICY_FORM"
