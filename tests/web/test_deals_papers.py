"""A quote, a contract and its change, its signing and checking, taking the work over: by pages."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from tests.deals.talking import (
    agreed,
    buyer_of,
    pass_all,
    proposed,
    seller_of,
    signed,
    talking,
    working,
)
from tests.matching.pairs import AT
from tests.web.deals import Side, contract_form, quoted_today, sides

from kehui.deals import services
from kehui.deals.models import Acceptance, Contract, Deal, Quote, QuoteRequest
from kehui.deals.selectors.contracts import text_of
from kehui.market.models import Indicator

pytestmark = pytest.mark.django_db
PRICE = {
    "content": "电渗析成套设备一套，含安装调试。",
    "amount_total": "80 万元",
    "amount_technical": "30 万元",
    "days": "90",
    "valid_until": "2099-04-30",
}


def test_a_request_and_a_quote_are_written_on_their_pages() -> None:
    deal = talking()
    assert deal.need is not None
    Indicator.objects.create(
        need=deal.need, name="盐回收率", comparison="ge", target=85, unit="%", verification="送检"
    )
    buyer, seller = sides(deal)
    assert "短" in buyer.is_refused("request", wanted="短")
    buyer.does("request", wanted="成套工艺报价，含安装调试。", wanted_on="2099-06-30")
    assert QuoteRequest.objects.get().wanted_on is not None
    assert "盐回收率" in seller.page("quote")
    assert "成套工艺报价" in seller.page()

    shown = seller.is_refused("quote", **PRICE | {"amount_technical": "90 万元"})
    assert "技术交易额 90 万元 不能大于总价 80 万元" in shown
    assert PRICE["content"] in shown
    assert "看不懂金额" in seller.is_refused("quote", **PRICE | {"amount_total": "很多"})
    seller.does("quote", **PRICE)
    assert "80" in seller.page("quote")
    assert Quote.objects.get().amount_total_fen == 80_000_000
    seller.does("drop")
    assert Quote.objects.get().state == "withdrawn"


def test_only_the_seller_quotes() -> None:
    buyer, _seller = sides(talking())
    assert "这一步由供给方来做" in buyer.is_refused("quote", **PRICE)


def test_a_contract_is_suggested_from_the_quote_written_and_written_again() -> None:
    quote = quoted_today()
    buyer, seller = sides(quote.deal)
    buyer.does("take/1")
    suggested = seller.page("contract")
    assert quote.content in suggested
    seller.does("contract", **contract_form())
    held = Contract.objects.get()
    assert (held.milestones.count(), held.payments.count()) == (1, 2)
    again = buyer.page("contract")
    assert "到货安装" in again
    assert 'value="2027-05-30"' in again
    buyer.does("contract", **contract_form(acceptance="双方共同验收"))
    assert Contract.objects.get().acceptance == "双方共同验收"
    assert "提请签署" in buyer.page()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"part-1-amount": "40 万元"}, "付款计划合计 70 万元，成交额 80 万元"),
        ({"step-1-name": "调试"}, "这一行还差这一项"),
        ({"step-0-due_on": "明天以后"}, "2027"),
        ({"subject": "短"}, "这一项要写 10 到 2000 个字"),
        ({"part-1-step": "9"}, "付款对应的里程碑要在计划里"),
        ({"step-rows": "x"}, "里程碑和付款各要 1 到 20 条"),
        ({"amount_technical": "90 万元"}, "技术交易额 90 万元 不能大于总价 80 万元"),
    ],
)
def test_a_contract_that_cannot_be_is_refused_and_what_was_typed_stays(
    changed: dict[str, Any], said: str
) -> None:
    _buyer, seller = sides(agreed())
    shown = seller.is_refused("contract", **contract_form(**changed))
    assert said in shown
    assert "改进成果归双方共有。" in shown
    assert not Contract.objects.exists()


def test_rows_are_added_and_nothing_typed_is_lost() -> None:
    _buyer, seller = sides(agreed())
    form = contract_form(**{"step-1-name": "调试达标"})
    for button in ("more-step", "more-part"):
        answer = seller.client.post(seller.path("contract"), form | {button: "1"})
        shown = answer.content.decode()
        assert answer.status_code == 200
        assert "改进成果归双方共有。" in shown
        assert 'value="调试达标"' in shown
        rows = {"more-step": ("3", "2"), "more-part": ("2", "3")}[button]
        for name, count in zip(("step", "part"), rows, strict=True):
            assert f'name="{name}-rows" value="{count}"' in shown


def test_it_is_signed_in_order_as_it_was_read() -> None:
    contract = proposed()
    buyer, seller = sides(contract.deal)
    for side in (buyer, seller):
        assert contract.text_hash in side.page("sign")
    typed = {"seen_hash": contract.text_hash, "has_read": "on"}
    assert "按顺序先由供给方签署" in buyer.is_refused("sign", **typed)
    assert "这个字段是必填项" in seller.is_refused("sign", seen_hash=contract.text_hash)
    assert "不是同一份" in seller.is_refused("sign", **typed | {"seen_hash": "0" * 64})
    assert "已经提请签署，不能再改" in seller.is_refused("contract", **contract_form())
    seller.does("sign", **typed)
    assert "sign" not in _hrefs(seller)
    buyer.does("sign", **typed)
    assert Deal.objects.get().state == "signed"
    assert buyer.client.get(buyer.path("sign")).status_code == 404
    shown = buyer.page()
    assert "签署记录" in shown
    assert f"/check-file/?sha256={contract.text_hash}" in shown


def _hrefs(side: Side) -> set[str]:
    page = side.page()
    return {name for name in ("sign", "withdraw") if f'"{side.path(name)}"' in page}


def test_a_contract_is_taken_back_and_written_anew() -> None:
    contract = proposed()
    buyer, seller = sides(contract.deal)
    assert _hrefs(seller) == {"sign", "withdraw"}
    assert _hrefs(buyer) == {"withdraw"}
    buyer.does("withdraw")
    buyer.does("contract", **contract_form())
    seller.does("propose")
    assert list(Contract.objects.values_list("number", "state")) == [
        (1, "withdrawn"), (2, "proposed"),
    ]  # fmt: skip


def test_a_change_is_written_and_signed_beside_the_contract_in_force() -> None:
    buyer, seller = sides(signed())
    shown = seller.page("contract")
    assert "变更合同" in shown
    assert "到货安装" in shown
    form = contract_form(change_reason="少付 10 万元", amount_total="70 万元")
    form |= {"part-1-amount": "40 万元"}
    assert "这个字段是必填项" in seller.is_refused("contract", **form | {"change_reason": " "})
    seller.does("contract", **form)
    assert "80 万元 → 70 万元" in buyer.page()
    buyer.does("propose")
    held = Contract.objects.get(number=2)
    typed = {"seen_hash": held.text_hash, "has_read": "on"}
    assert "少付 10 万元" in seller.page("sign")
    seller.does("sign", **typed)
    buyer.does("sign", **typed)
    assert Contract.objects.get(state="signed").amount_total_fen == 70_000_000
    assert "合同变更" not in buyer.page()


def test_work_with_indicators_is_accepted_line_by_line() -> None:
    deal = talking()
    assert deal.need is not None
    Indicator.objects.create(
        need=deal.need, name="盐回收率", comparison="ge", target=85, unit="%", verification="送检"
    )
    services.request_quote(
        deal=deal, person=buyer_of(deal), wanted="成套工艺报价，含安装调试。", at=AT
    )
    deal = working(deal)
    pass_all(deal)
    services.deliver(deal=deal, person=seller_of(deal), sentence="设备和资料", at=AT)
    buyer, _seller = sides(deal)
    assert "盐回收率" in buyer.page("accept")
    shown = buyer.is_refused("accept", sentence="先收下再说")
    assert "请逐项填写实测结果：盐回收率" in shown
    assert "先收下再说" in shown
    assert "请写一句原因" in buyer.is_refused("accept", **{"result-0-measured": "80 %"})
    buyer.does("accept", **{"result-0-measured": "86 %", "result-0-is_met": "on"})
    assert Acceptance.objects.get().lines[0]["is_met"]
    assert "86 %" in buyer.page()


def test_the_signed_text_is_kept_and_anybody_checks_it(client: Client) -> None:
    contract = signed().contracts.get()
    buyer, _seller = sides(contract.deal)
    answer = buyer.client.get(buyer.path("contract/1/text"))
    text = answer.content
    assert text.decode() == text_of(contract)
    assert answer.headers["Content-Disposition"].startswith("attachment;")

    yes = client.post("/check-file/", {"file": BytesIO(text)}).content.decode()
    no = client.post("/check-file/", {"file": BytesIO(text + b" ")}).content.decode()
    assert "双方已在" in yes
    assert "这里没有签署过" in no
    none = client.post("/check-file/")
    assert none.status_code == 422
    assert "请选一个文件" in none.content.decode()
    by_hash = client.get("/check-file/", {"sha256": contract.text_hash.upper()})
    assert "双方已在" in by_hash.content.decode()
    bare = client.get("/check-file/").content.decode()
    assert "双方已在" not in bare
    assert "这里没有签署过" not in bare
    for private in (contract.subject, buyer_of(contract.deal).name):
        assert private not in by_hash.content.decode()


def test_a_draft_has_no_text_to_keep() -> None:
    deal = agreed()
    _buyer, seller = sides(deal)
    seller.does("contract", **contract_form())
    assert seller.client.get(seller.path("contract/1/text")).status_code == 404
