"""What the operator says of itself: every change has who, when, why, before and after."""

from contextlib import ExitStack

import pytest
from django.db import transaction
from tests.makers import NOW, make_operator, make_person
from tests.parallel import meanwhile

from kehui.core import operator, policies
from kehui.ledger.models import Entry
from kehui.operations import services
from kehui.operations.models import SiteChange
from kehui.operations.selectors import sites
from kehui.people.models import Person

pytestmark = pytest.mark.django_db


def change(by: Person, reason: str = "改名", **values: str) -> list[SiteChange]:
    return services.change_site(values=values, reason=reason, by=by, at=NOW)


def test_a_word_changes_at_once_with_before_and_after() -> None:
    by = make_operator()
    before = operator.words()["brand"]

    (done,) = change(by, brand=" 某地 科技市场 ", tagline=operator.words()["tagline"])

    assert operator.words()["brand"] == "某地 科技市场"
    assert (done.before, done.after, done.state) == (before, "某地 科技市场", "in_force")
    entry = Entry.objects.get()
    assert (entry.kind, entry.actor) == ("site.changed", by.pk)
    assert '"after":"某地 科技市场"' in entry.payload
    assert change(by, brand="某地 科技市场") == []
    assert Entry.objects.count() == 1


def test_a_word_may_be_emptied_and_the_brand_not() -> None:
    by = make_operator()
    change(by, icp="蜀ICP备00000000号")

    change(by, icp="")
    with pytest.raises(services.SiteWordWrong) as refused:
        change(by, brand=" ")

    assert operator.words()["icp"] == ""
    assert refused.value.field == "brand"


@pytest.mark.parametrize(
    "values",
    [{"unknown": "x"}, {"brand": "字" * 201}, {"brand": "两\n行"}, {"policy_profile": "anything"}],
)
def test_what_cannot_be_is_refused_and_nothing_changes(values: dict[str, str]) -> None:
    by = make_operator()

    with pytest.raises(services.SiteWordWrong):
        change(by, operator="先改的", **values)

    assert not SiteChange.objects.exists()
    assert operator.words()["operator"] == ""


def test_only_operators_and_only_with_a_reason() -> None:
    with pytest.raises(services.NotYours):
        change(make_person(), brand="新名")
    with pytest.raises(services.ReasonMissing):
        change(make_operator(), reason=" ", brand="新名")


def test_the_policy_profile_takes_two() -> None:
    one, two = make_operator(), make_operator()

    (proposed,) = change(one, policy_profile="open_operator")

    assert policies.in_force() == "gov_operator"
    assert list(sites.undecided()) == [proposed]
    with pytest.raises(services.SecondPersonNeeded):
        services.decide_change(change=proposed, agrees=True, by=one, at=NOW)
    with pytest.raises(services.SecondPersonNeeded):
        services.decide_change(change=proposed, agrees=True, by=make_person(), at=NOW)
    with pytest.raises(services.ChangeWaits):
        change(two, policy_profile="open_operator")

    services.decide_change(change=proposed, agrees=True, by=two, at=NOW)

    assert policies.in_force() == "open_operator"
    kinds = Entry.objects.order_by("id").values_list("kind", "actor")
    assert list(kinds) == [("site.change_proposed", one.pk), ("site.changed", two.pk)]
    with pytest.raises(services.ChangeDecided):
        services.decide_change(change=proposed, agrees=False, by=two, at=NOW)


def test_a_proposal_that_is_refused_changes_nothing_and_may_come_again() -> None:
    one, two = make_operator(), make_operator()
    (proposed,) = change(one, policy_profile="open_operator")

    services.decide_change(change=proposed, agrees=False, by=two, at=NOW)

    assert policies.in_force() == "gov_operator"
    assert Entry.objects.filter(kind="site.change_refused", actor=two.pk).exists()
    assert change(one, policy_profile="open_operator")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_the_second_is_refused() -> None:
    one, two, three = make_operator(), make_operator(), make_operator()
    (proposed,) = change(one, policy_profile="open_operator")
    with ExitStack() as open_:
        with transaction.atomic():
            services.decide_change(change=proposed, agrees=True, by=two, at=NOW)
            second = open_.enter_context(
                meanwhile(services.decide_change, change=proposed, agrees=False, by=three, at=NOW)
            )
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(services.ChangeDecided):
            second.result()
    assert policies.in_force() == "open_operator"
