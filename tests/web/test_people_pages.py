import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.makers import (
    CHENGDU,
    LIQUOR,
    NOW,
    PASSWORD,
    SICHUAN,
    make_account,
    make_operator,
    make_organization,
    make_person,
    make_region,
    make_seat,
    make_team,
    make_uscc,
)

from kehui.core import uscc
from kehui.market.models import Item, SavedSearch
from kehui.people import selectors
from kehui.people.models import Account, ApiToken, Level, Organization, Person, Seat, Team

pytestmark = pytest.mark.django_db

CODE = make_uscc(20260302)
FIRM = {
    "uscc": CODE,
    "name": "蜀南测试酒业有限公司",
    "kind": "enterprise",
    "region": CHENGDU,
    "industry": LIQUOR[:2],
    "size": "small",
}


def enter(client: Client, person: Person | None = None) -> Person:
    account = make_account(person=person)
    client.force_login(account)
    assert account.person is not None
    return account.person


# Organizations ----------------------------------------------------------------------------------


def test_registering_an_organization_makes_me_its_agent_and_act_for_it(client: Client) -> None:
    person = enter(client)

    answer = client.post("/organizations/register/", FIRM)

    organization = Organization.objects.get()
    assert answer.headers["Location"] == f"/organizations/{organization.pk}/"
    assert (organization.uscc, organization.industry) == (CODE, "15")
    assert person.account.__class__.objects.get().acting_for == organization
    assert Seat.objects.get().person == person


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (CODE[:-1], "统一社会信用代码应为 18 位"),
        (CODE[:-1] + ("A" if CODE[-1] != "A" else "B"), "第 18 位校验码不符"),
        ("", "这个字段是必填项。"),
    ],
)
def test_a_wrong_code_is_explained_and_the_rest_stays(
    client: Client, code: str, sentence: str
) -> None:
    enter(client)

    page = client.post("/organizations/register/", FIRM | {"uscc": code}).content.decode()

    assert sentence in page
    assert 'value="蜀南测试酒业有限公司"' in page
    assert not Organization.objects.exists()


def test_a_code_that_is_taken_is_refused_without_naming_anybody(client: Client) -> None:
    enter(client)
    make_seat(make_person("韩蓝田"), organization=make_organization("另一个名字", code=CODE))

    page = client.post("/organizations/register/", FIRM).content.decode()

    assert "这家单位已经入驻。" in page
    assert "韩蓝田" not in page
    assert "另一个名字" not in page


def test_an_agent_gives_a_colleague_a_seat_and_ends_it(client: Client) -> None:
    seat = make_seat()
    enter(client, seat.person)
    colleague = make_account("lan").person
    page = f"/organizations/{seat.organization_id}/"

    assert client.post(page, {"username": " LAN "}).headers["Location"] == page
    assert "这个" not in client.get(page).content.decode()
    given = Seat.objects.get(person=colleague)
    again = client.post(page, {"username": "lan"}).content.decode()
    assert "此人已有这个席位。" in again

    assert client.post(f"/seats/{given.pk}/end/").headers["Location"] == page
    given.refresh_from_db()
    assert given.valid_until is not None
    assert client.post(f"/seats/{given.pk}/end/").status_code == 404


def test_a_colleague_who_is_not_here_is_said_so(client: Client) -> None:
    seat = make_seat()
    enter(client, seat.person)

    answer = client.post(f"/organizations/{seat.organization_id}/", {"username": "nobody"})

    assert "没有这个用户名。请和同事核对。" in answer.content.decode()


def test_who_ends_the_own_seat_is_out(client: Client) -> None:
    seat = make_seat()
    enter(client, seat.person)

    assert client.post(f"/seats/{seat.pk}/end/").headers["Location"] == "/me/"
    assert client.get(f"/organizations/{seat.organization_id}/").status_code == 404


def test_strangers_find_no_organization_page_and_end_no_seat(client: Client) -> None:
    seat = make_seat()
    enter(client)

    assert client.get(f"/organizations/{seat.organization_id}/").status_code == 404
    assert client.post(f"/seats/{seat.pk}/end/").status_code == 404


# My page ----------------------------------------------------------------------------------------


def test_my_page_says_who_i_am_and_what_is_missing(client: Client) -> None:
    enter(client, make_person("沈知远", level=Level.V1, title="高级工程师"))

    page = client.get("/me/").content.decode()

    assert "沈知远" in page
    assert "还不能发布" in page
    assert "可以发布、洽谈、确认" in page


def test_i_switch_for_whom_i_act(client: Client) -> None:
    seat = make_seat()
    person = enter(client, seat.person)

    client.post("/me/acting-for/", {"organization": str(seat.organization_id)})
    assert Account.objects.get(person=person).acting_for == seat.organization
    client.post("/me/acting-for/", {"organization": ""})
    assert Account.objects.get(person=person).acting_for is None


@pytest.mark.parametrize("chosen", ["theirs", "x"])
def test_i_do_not_act_for_another_organization(client: Client, chosen: str) -> None:
    enter(client)
    theirs = make_organization()

    answer = client.post(
        "/me/acting-for/", {"organization": str(theirs.pk) if chosen == "theirs" else chosen}
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("seats", [1, 3])
def test_my_page_asks_a_constant_number_of_questions(
    client: Client, seats: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = make_person()
    for _ in range(seats):
        make_seat(person)
        make_team(lead=person)
    enter(client, person)

    with django_assert_num_queries(11):
        client.get("/me/")


def test_my_items_are_empty_at_first(client: Client) -> None:
    enter(client)

    page = client.get("/me/items/?state=draft").content.decode()

    assert "这里还没有供需信息。" in page


# Settings ---------------------------------------------------------------------------------------


def test_settings_show_and_keep_the_profile(client: Client) -> None:
    person = enter(client, make_person("沈知远"))
    assert 'value="沈知远"' in client.get("/me/settings/").content.decode()

    answer = client.post("/me/settings/", {"name": "沈知远", "title": "教授", "region": CHENGDU})

    assert answer.headers["Location"] == "/me/settings/"
    person.refresh_from_db()
    assert person.title == "教授"


def test_a_refused_profile_stays_on_the_form(client: Client) -> None:
    enter(client)

    page = client.post(
        "/me/settings/", {"name": "\u200b", "title": "教授", "region": CHENGDU}
    ).content.decode()

    assert "姓名应为 1 至 30 个字。" in page
    assert 'value="教授"' in page


def test_the_language_is_kept_by_account_and_cookie(client: Client) -> None:
    enter(client)

    answer = client.post("/me/language/", {"language": "en"})

    assert answer.cookies["django_language"].value == "en"
    assert Account.objects.get().language == "en"


def test_a_new_password_keeps_this_session_and_ends_the_others(client: Client) -> None:
    account = make_account("shen")
    other = Client()
    for each in (client, other):
        each.post("/sign-in/", {"username": "shen", "password": PASSWORD})

    wrong = client.post("/me/password/", {"old": "wrong", "new": "staple battery"})
    assert "原密码不对。" in wrong.content.decode()
    client.post("/me/password/", {"old": PASSWORD, "new": "staple battery"})

    account.refresh_from_db()
    assert account.check_password("staple battery")
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302


def test_a_token_is_shown_once_and_made_once(client: Client) -> None:
    person = enter(client)
    made = {"name": "月报程序", "scopes": ["read"], "key": "k1"}

    answer = client.post("/me/tokens/", made)
    (secret,) = re.findall(r"kehui_[\w-]{43}", answer.content.decode())
    again = client.post("/me/tokens/", made)

    token = ApiToken.objects.get()
    assert (token.person, bytes(token.hash)) == (person, selectors.token_hash(secret))
    assert answer.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert again.headers["Location"] == "/me/tokens/"
    later = client.get("/me/tokens/").content.decode()
    assert "月报程序" in later
    assert secret not in later


def test_a_token_is_revoked_by_its_owner_only(client: Client) -> None:
    enter(client)
    client.post("/me/tokens/", {"name": "月报程序", "scopes": ["read"], "key": "k1"})
    token = ApiToken.objects.get()
    stranger = Client()
    enter(stranger)

    assert stranger.post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    assert client.post(f"/me/tokens/{token.pk}/revoke/").headers["Location"] == "/me/tokens/"
    assert "已撤销" in client.get("/me/tokens/").content.decode()


def test_only_operators_are_offered_the_metrics(client: Client) -> None:
    enter(client)
    assert 'value="metrics"' not in client.get("/me/tokens/").content.decode()

    enter(client, make_operator())
    assert 'value="metrics"' in client.get("/me/tokens/").content.decode()


# Teams ------------------------------------------------------------------------------------------


def test_a_team_is_founded_once_and_joined_by_its_link(client: Client) -> None:
    seat = make_seat()
    lead = enter(client, seat.person)
    form = {"name": "发酵工艺组", "host": str(seat.organization_id), "key": "k1"}
    assert str(seat.organization) in client.get("/teams/new/").content.decode()

    first, second = (client.post("/teams/new/", form) for _ in range(2))

    team = Team.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == f"/teams/{team.pk}/"
    assert team.lead == lead
    page = client.get(f"/teams/{team.pk}/").content.decode()
    (link,) = re.findall(r"http://testserver(/teams/join/[\w:-]+/)", page)

    member = Client()
    person = enter(member)
    assert member.get(f"/teams/{team.pk}/").status_code == 404
    assert "发酵工艺组" in member.get(link).content.decode()
    assert member.post(link).headers["Location"] == f"/teams/{team.pk}/"
    assert [each.person for each in selectors.members_of(team)] == [lead, person]
    member.post(link)
    assert "已经在这个团队里。" in member.get(f"/teams/{team.pk}/").content.decode()

    assert member.post(f"/teams/{team.pk}/leave/").headers["Location"] == "/me/"
    assert [each.person for each in selectors.members_of(team)] == [lead]


def test_the_lead_who_would_leave_is_told_why_not(client: Client) -> None:
    team = make_team()
    enter(client, team.lead)

    client.post(f"/teams/{team.pk}/leave/")

    assert "负责人不能退出团队。" in client.get(f"/teams/{team.pk}/").content.decode()


def test_a_team_without_a_name_is_refused_on_the_form(client: Client) -> None:
    enter(client)

    answer = client.post("/teams/new/", {"name": "组", "key": "k1"})

    assert "团队名称应为 2 至 60 个字。" in answer.content.decode()


def test_a_forged_invitation_leads_nowhere(client: Client) -> None:
    enter(client)
    team = make_team()

    for token in ("forged", signing.dumps(team.pk, salt="another")):
        assert client.get(f"/teams/join/{token}/").status_code == 404


# Back office ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/back-office/people/", "/back-office/seats/"])
def test_the_back_office_is_there_for_operators_only(client: Client, page: str) -> None:
    assert client.get(page).headers["Location"].startswith("/sign-in/")
    enter(client)
    assert client.get(page).status_code == 404
    enter(client, make_operator())
    assert client.get(page).status_code == 200


def test_an_operator_identifies_persons_and_organizations(client: Client) -> None:
    operator = enter(client, make_operator())
    person = make_account(person=make_person("沈知远", level=Level.V1)).person
    firm = make_organization("蜀南测试酒业有限公司", level=Level.V1)
    odd = make_organization("没有代码的合作社", code=None, level=Level.V1)
    page = client.get("/back-office/people/").content.decode()
    for sentence in ("沈知远", firm.name, odd.name, "请核对其他证照"):
        assert sentence in page
    assert person is not None

    client.post(f"/back-office/people/{person.pk}/identify/")
    client.post(f"/back-office/organizations/{firm.pk}/identify/")

    person.refresh_from_db()
    firm.refresh_from_db()
    assert (person.level, firm.level) == (Level.V2, Level.V2)
    assert client.post(f"/back-office/people/{person.pk}/identify/").status_code == 404
    assert operator.level == Level.V2


def test_an_operator_does_not_identify_the_own(client: Client) -> None:
    operator = enter(client, make_operator(make_person(level=Level.V1)))
    own = make_seat(operator, organization=make_organization(level=Level.V1)).organization

    client.post(f"/back-office/people/{operator.pk}/identify/")
    client.post(f"/back-office/organizations/{own.pk if own else 0}/identify/")

    operator.refresh_from_db()
    assert (operator.level, Organization.objects.get().level) == (Level.V1, Level.V1)
    assert client.get("/back-office/people/").content.decode().count("不能为自己办理") == 2


def test_a_rare_but_valid_code_is_marked(client: Client) -> None:
    enter(client, make_operator())
    body = "91510100MA6CA1B2X"
    make_organization(code=body + uscc.check_character(body), level=Level.V1)

    assert "请对照证照核对" in client.get("/back-office/people/").content.decode()


def test_an_operator_gives_and_ends_a_reviewers_seat(client: Client) -> None:
    enter(client, make_operator())
    reviewer = make_account("lan").person
    make_region(SICHUAN)
    form = {"username": "lan", "role": "reviewer", "region": CHENGDU}

    assert client.post("/back-office/seats/", form).headers["Location"] == "/back-office/seats/"
    seat = Seat.objects.get(person=reviewer)
    assert (seat.role, seat.region_id) == ("reviewer", CHENGDU)
    assert "此人已有这个席位。" in client.post("/back-office/seats/", form).content.decode()
    missing = client.post("/back-office/seats/", form | {"username": "nobody"})
    assert "没有这个用户名。" in missing.content.decode()
    client.post(f"/back-office/seats/{seat.pk}/end/")
    assert not selectors.reviewers(today=seat.valid_from).exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_those_who_wait_asks_a_constant_number_of_questions(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    enter(client, make_operator())
    for _ in range(rows):
        make_account(person=make_person(level=Level.V1, employer=make_organization()))
        make_organization(level=Level.V1)

    with django_assert_num_queries(8):
        client.get("/back-office/people/")


def test_a_name_with_quotes_stays_a_name(client: Client) -> None:
    enter(client, make_operator())
    make_organization('川"onclick="x<b>', level=Level.V1)

    page = client.get("/back-office/people/").content.decode()

    assert 'aria-label="核验通过：川&quot;onclick=&quot;x&lt;b&gt;"' in page
    assert '"onclick="' not in page


def test_my_items_stand_by_state_and_lead_to_their_pages(client: Client) -> None:
    person = enter(client)
    item = Item.objects.create(
        side="need",
        kind="problem",
        title="酱油废水除盐",
        region=make_region(CHENGDU),
        holder=person,
        entered_by=person,
        created_at=NOW,
        changed_at=NOW,
    )

    everything = client.get("/me/items/").content.decode()

    assert f'<a href="{reverse("market:edit", args=[item.pk])}">酱油废水除盐</a>' in everything
    assert "酱油废水除盐" in client.get("/me/items/?state=draft").content.decode()
    assert "酱油废水除盐" not in client.get("/me/items/?state=closed").content.decode()
    assert "/me/items/?state=draft" in client.get("/me/").content.decode()


def test_a_saved_search_leads_to_its_results_until_it_is_forgotten(client: Client) -> None:
    person = enter(client)
    search = SavedSearch.objects.create(
        person=person,
        side="need",
        name="废水",
        query="废水 除盐",
        filters={"region": CHENGDU, "kind": ""},
        created_at=NOW,
        looked_at=NOW,
    )
    stranger = Client()
    enter(stranger)

    address = reverse("market:needs")
    assert f"{address}?q=%E5%BA%9F%E6%B0%B4+%E9%99%A4%E7%9B%90&amp;region={CHENGDU}" in (
        client.get("/me/").content.decode()
    )
    assert stranger.post(f"/me/searches/{search.pk}/forget/").status_code == 404
    client.post(f"/me/searches/{search.pk}/forget/")
    assert not SavedSearch.objects.exists()
