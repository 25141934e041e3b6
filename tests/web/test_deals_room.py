"""The list of deals, the room of one, and what each side can press when."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.deals.talking import (
    accepted,
    agreed,
    asked,
    buyer_of,
    delivered,
    seller_of,
    settled,
    signed,
    talking,
    working,
)
from tests.makers import make_organization, make_person, make_seat
from tests.matching.pairs import AT, need_of, offer_of, one_pair
from tests.web.deals import WORDS, Side, quoted_today, sides
from tests.web.entering import enter

from kehui.deals import services
from kehui.deals.models import Deal, Dispute, Quote

pytestmark = pytest.mark.django_db


def pressed(side: Side) -> list[str]:
    """Return what the panel of the next step offers."""
    panel = side.page().split("下一步</h2>")[1].split("</section>")[0]
    return re.findall(r'href="/deals/\d+/([^"]+)/"', panel)


def test_the_list_shows_what_goes_on_and_what_has_ended() -> None:
    deal = asked("salt")
    ended = asked("bridge")
    services.decline_deal(deal=ended, person=seller_of(ended), reason="price", at=AT)
    client = Client()
    assert client.get("/deals/").headers["Location"].startswith("/sign-in/")
    enter(client, buyer_of(deal))
    shown = client.get("/deals/").content.decode()
    assert f'href="/deals/{deal.pk}/"' in shown
    assert "待答复" in shown
    assert seller_of(deal).name in shown
    assert "这里还没有对接" in client.get("/deals/?ended=1").content.decode()
    other = Client()
    enter(other, buyer_of(ended))
    assert f'href="/deals/{ended.pk}/"' in other.get("/deals/?ended=1").content.decode()
    stranger = Client()
    enter(stranger)
    assert "这里还没有对接" in stranger.get("/deals/").content.decode()


def test_my_page_leads_to_my_deals() -> None:
    deal = asked()
    client = Client()
    enter(client, buyer_of(deal))
    shown = client.get("/me/").content.decode()
    assert f'href="/deals/{deal.pk}/"' in shown
    assert 'href="/deals/"' in shown


@pytest.mark.parametrize(
    "name",
    ["", "talk/", "quote/", "contract/", "sign/", "accept/", "contract/1/text/", "report/1/"],
)
def test_for_strangers_there_is_nothing(name: str) -> None:
    deal = signed()
    client = Client()
    enter(client)
    assert client.get(f"/deals/{deal.pk}/{name}").status_code == 404
    if name not in ("", "contract/1/text/"):
        assert client.post(f"/deals/{deal.pk}/{name}").status_code == 404


@pytest.mark.parametrize("name", ["dance", "report", "talk/1", "report/9", "take/1", "confirm/9"])
def test_acts_and_places_that_there_are_not_are_not_found(name: str) -> None:
    side, _seller = sides(talking() if name == "take/1" else signed())
    assert side.client.get(side.path(name)).status_code == 404


def test_a_milestone_before_there_is_a_contract_is_not_found() -> None:
    side, _seller = sides(talking())
    assert side.client.get(side.path("report/1")).status_code == 404


def test_each_side_is_offered_what_it_can_do() -> None:
    deal = asked()
    buyer, seller = sides(deal)
    assert pressed(buyer) == ["decline"]
    assert pressed(seller) == ["talk", "decline"]
    seller.does("talk", sentence="好的")
    assert pressed(buyer) == ["request", "decline"]
    assert pressed(seller) == ["quote", "decline"]


def test_a_quote_is_answered_as_it_was_shown() -> None:
    quote = quoted_today()
    buyer, seller = sides(quote.deal)
    assert pressed(buyer) == ["take/1", "refuse/1", "request", "decline"]
    assert "80 万元" in buyer.page("take/1")
    later = timezone.localdate() + timedelta(days=9)
    seller.does(
        "quote", content="同样的设备，另加两年质保。", amount_total="90 万元",
        amount_technical="30 万元", days="90", valid_until=later,
    )  # fmt: skip
    assert pressed(seller) == ["send", "quote", "decline", "drop"]
    assert "两年质保" not in buyer.page()
    seller.does("send")

    assert "已被新报价取代" in buyer.is_refused("take/1")
    assert Quote.objects.get(version=2).state == "sent"
    assert "请写一句为什么不接受" in buyer.is_refused("refuse/2", sentence="")
    buyer.does("refuse/2", sentence="太贵")
    assert "太贵" in seller.page()


def test_what_is_typed_stays_when_it_is_refused() -> None:
    deal = asked()
    _buyer, seller = sides(deal)
    shown = seller.is_refused("decline", reason="other", sentence="没有写清楚")
    assert "请至少写 15 个字" in shown
    assert "没有写清楚" in shown
    assert re.search(r'value="other"[^>]*checked', shown)
    seller.does("decline", reason="price", sentence="差得太多")
    assert pressed(seller) == []
    assert "谢绝原因：价格谈不拢" in seller.page()
    assert "差得太多" in seller.page()
    assert "记录一直看得到" in seller.page()


def test_from_the_contract_to_the_end_the_buttons_follow_the_state() -> None:
    buyer, seller = sides(agreed())
    assert pressed(buyer) == pressed(seller) == ["contract", "decline"]
    Deal.objects.update(state="lapsed", ended_at=AT, due_on=None)
    buyer, seller = sides(signed())
    assert pressed(buyer) == ["start", "contract", "rescind", "dispute"]
    seller.does("start")
    assert pressed(buyer) == ["contract", "rescind", "dispute"]
    assert pressed(seller) == ["deliver", "contract", "rescind", "dispute"]
    assert "还有里程碑没有通过" in seller.is_refused("deliver", sentence="设备")
    assert "stop/1" not in seller.page()
    assert "report/1" not in buyer.page()
    seller.does("report/1", evidence="已装好，见照片")
    assert "report/1" not in seller.page()
    later = timezone.localdate() + timedelta(days=9)
    buyer.does("return/1", sentence="缺接地", fix_until=later)
    seller.does("report/1", evidence="已装好，见照片")
    buyer.does("pass/1")
    buyer.does("stop/2", sentence="改由我们自己做")
    buyer.does("tell/1", proof="20260312")
    assert "tell/1" not in buyer.page()
    seller.does("deliver", sentence="设备和资料")
    assert pressed(buyer) == ["accept", "send-back", "rescind", "dispute"]
    assert pressed(seller) == ["rescind", "dispute"]
    buyer.does("send-back", sentence="缺操作手册")
    seller.does("deliver", sentence="补上了手册")
    buyer.does("accept", sentence="")
    assert pressed(buyer) == ["dispute"]
    assert "付款后在合同里登记凭证号" in buyer.page()
    for position in (1, 2, 3):
        seller.does(f"confirm/{position}")
    assert pressed(buyer) == ["settle", "dispute"]
    buyer.does("settle")
    assert pressed(seller) == ["close"]
    seller.does("close")
    assert "按合同验收办法通过" in buyer.page()
    assert pressed(buyer) == []


def test_a_rescission_is_offered_to_the_other_side_only() -> None:
    buyer, seller = sides(signed())
    seller.does("rescind", words="双方停止履行，预付款退回。")
    assert "agree-to-rescind" not in seller.page()
    assert "agree-to-rescind" in buyer.page()
    buyer.does("refuse-to-rescind", sentence="再谈谈")
    seller.does("rescind", words="双方停止履行，预付款全退。")
    buyer.does("agree-to-rescind")
    assert "已解除" in seller.page()


def test_a_dispute_is_heard_in_the_room() -> None:
    buyer, seller = sides(delivered())
    buyer.does("dispute", words=WORDS)
    assert pressed(buyer) == pressed(seller) == ["state-view"]
    buyer.does("state-view", words=WORDS)
    assert "请用 10 到 2000 个字写清楚" in seller.is_refused("state-view", words="没有")
    seller.does("state-view", words="型号改过，改的时候在电话里说过。")
    assert "型号改过" in buyer.page()
    Dispute.objects.update(
        state="decided", outcome="resume", grounds=WORDS, judge=make_person(),
        decided_at=timezone.now(), appeal_until=timezone.localdate(),
    )  # fmt: skip
    assert pressed(seller) == ["appeal"]
    seller.does("appeal", words=WORDS)
    assert pressed(seller) == []
    assert "继续履行" in buyer.page()


def test_a_steward_looks_and_presses_nothing() -> None:
    deal = working()
    deal.steward = make_person("管家")
    deal.save()
    side = Side(deal, deal.steward)
    assert pressed(side) == []
    assert "这一步不由你来做" in side.is_refused("deliver", sentence="设备")
    assert "陪同的科服管家" in Side(deal, buyer_of(deal)).page()


def test_paid_deals_wait_to_be_closed_and_ended_ones_stay() -> None:
    buyer, _seller = sides(settled())
    assert "30 天后自动完成" in buyer.page()
    Deal.objects.update(state="lapsed", due_on=None, ended_at=AT)
    assert "已搁置" in buyer.page()


def test_a_dispute_of_accepted_work_shows_how_far_it_came() -> None:
    buyer, seller = sides(accepted())
    seller.does("dispute", words=WORDS)
    steps = re.findall(r'<li[^>]*aria-current="step"[^>]*>.*?</li>', buyer.page(), re.DOTALL)
    assert len(steps) == 1
    assert "验收" in steps[0]


def test_who_hides_the_name_is_called_by_it_once_both_talk() -> None:
    firm = make_organization("不愿露名的厂")
    need, offer = need_of("salt", organization=firm, hides_name=True), offer_of("salt")
    make_seat(need.holder, organization=firm)
    deal = services.express_interest(need=need, offer=offer, person=offer.holder, at=AT)
    buyer, seller = sides(deal)
    for page in (seller.page(), seller.client.get("/deals/").content.decode()):
        assert "不愿露名的厂" not in page
        assert "单位名称约谈后可见" in page
    assert need.holder.name not in seller.page()
    assert "不愿露名的厂" in buyer.page()

    buyer.does("talk")
    assert "不愿露名的厂" in seller.page()
    assert need.holder.name in seller.page()


def test_who_hides_the_name_and_declines_stays_hidden() -> None:
    need, offer = need_of("salt", hides_name=True), offer_of("salt")
    deal = services.express_interest(need=need, offer=offer, person=offer.holder, at=AT)
    buyer, seller = sides(deal)
    buyer.does("decline", reason="time")
    assert need.holder.name not in seller.page()
    assert "需求方" in seller.page()


def test_the_talk_button_of_a_match_opens_a_deal_and_the_second_one_answers_it() -> None:
    suggestion = one_pair()
    buyer, seller = Client(), Client()
    enter(buyer, suggestion.need.holder)
    enter(seller, suggestion.offer.holder)
    asked = buyer.post(f"/matches/{suggestion.pk}/talk/", follow=True).content.decode()
    assert "已约，对方会在" in asked
    assert 'href="/deals/"' in asked
    deal = Deal.objects.get()
    assert (deal.state, deal.asked_by) == ("intention", "buyer")

    answered = seller.post(f"/matches/{suggestion.pk}/talk/", follow=True)

    assert answered.redirect_chain == [(f"/deals/{deal.pk}/", 302)]
    assert "对方也约过你" in answered.content.decode()
    assert Deal.objects.get().state == "negotiating"
