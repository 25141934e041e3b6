"""What a party can do in a deal, each on a page of its own: what it means, a form, a button."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kehui.deals import services
from kehui.deals.models import Deal
from kehui.people.models import Person
from kehui.web.deals.forms import (
    DeclineForm,
    ProofForm,
    ReasonForm,
    ReportForm,
    RequestForm,
    ReturnForm,
    SentenceForm,
    SureForm,
    WordsForm,
)

Told = Mapping[str, Any]
Do = Callable[[Deal, Person, Told, datetime], Any]


@dataclass(frozen=True, kw_only=True)
class Act:
    """What a party can do. `needs_place` asks which quote, milestone or payment."""

    title: Promise
    verb: Promise
    means: Promise
    done: Promise
    do: Do
    form: type[forms.Form] = SureForm
    is_grave: bool = False
    needs_place: bool = False


def _plain(service: Callable[..., Any]) -> Do:
    return lambda deal, person, told, at: service(deal=deal, person=person, at=at, **told)


def _of_quote(service: Callable[..., Any]) -> Do:
    """Answer the version that was shown, not one that came meanwhile."""

    def do(deal: Deal, person: Person, told: Told, at: datetime) -> Any:
        words = {name: value for name, value in told.items() if name != "position"}
        quote = get_object_or_404(
            deal.quotes.exclude(sent_at=None), version=told["position"]
        )  # fmt: skip
        return service(quote=quote, person=person, at=at, **words)

    return do


ACTS: Final[Mapping[str, Act]] = {
    "talk": Act(
        title=_("同意洽谈"),
        verb=_("同意，开始谈"),
        means=_("同意之后，双方可以在这里询价、报价。对方会马上收到消息。"),
        done=_("已同意，开始洽谈。"),
        do=_plain(services.agree_to_talk),
        form=SentenceForm,
    ),
    "decline": Act(
        title=_("谢绝"),
        verb=_("谢绝"),
        means=_("选一个原因，对方会看到。谢绝不影响你以后再谈别的。"),
        done=_("已谢绝，原因已告诉对方。"),
        do=_plain(services.decline_deal),
        form=DeclineForm,
        is_grave=True,
    ),
    "request": Act(
        title=_("询价"),
        verb=_("发出询价"),
        means=_("发出之后不能改，要改就再发一次。需求里的指标按今天的样子冻结。"),
        done=_("询价已发出。"),
        do=_plain(services.request_quote),
        form=RequestForm,
    ),
    "send": Act(
        title=_("发出报价"),
        verb=_("发出"),
        means=_("发出之后对你有约束力，有效期内对方可以直接接受。上一份报价会被取代。"),
        done=_("报价已发出。"),
        do=_plain(services.send_quote),
    ),
    "drop": Act(
        title=_("撤下拟报价"),
        verb=_("撤下"),
        means=_("对方没有看到过这份拟报价。"),
        done=_("已撤下。"),
        do=_plain(services.drop_quote),
    ),
    "take": Act(
        title=_("接受报价"),
        verb=_("接受"),
        means=_("接受之后双方谈妥，接着起草合同。"),
        done=_("已接受报价，可以起草合同了。"),
        do=_of_quote(services.accept_quote),
        needs_place=True,
    ),
    "refuse": Act(
        title=_("不接受这份报价"),
        verb=_("不接受"),
        means=_("洽谈继续，对方可以再报一次。"),
        done=_("已告诉对方。"),
        do=_of_quote(services.decline_quote),
        form=ReasonForm,
        needs_place=True,
    ),
    "propose": Act(
        title=_("提请签署"),
        verb=_("提请签署"),
        means=_("提请之后合同内容固定，供给方先签，需求方后签。"),
        done=_("已提请签署。"),
        do=_plain(services.propose_contract),
    ),
    "withdraw": Act(
        title=_("撤回合同"),
        verb=_("撤回"),
        means=_("撤回之后这一版作废，可以重新起草。已签的一方也要重签。"),
        done=_("合同已撤回。"),
        do=_plain(services.withdraw_contract),
        is_grave=True,
    ),
    "start": Act(
        title=_("开始履行"),
        verb=_("开始"),
        means=_("从今天起按合同的里程碑做。"),
        done=_("已开始履行。"),
        do=_plain(services.start_work),
    ),
    "report": Act(
        title=_("报告里程碑完成"),
        verb=_("报告"),
        means=_("需求方会收到消息，由需求方确认。"),
        done=_("已报告，等需求方确认。"),
        do=_plain(services.report_milestone),
        form=ReportForm,
        needs_place=True,
    ),
    "pass": Act(
        title=_("确认里程碑"),
        verb=_("通过"),
        means=_("通过之后对应的付款就到期了。"),
        done=_("已通过。"),
        do=_plain(services.pass_milestone),
        form=SentenceForm,
        needs_place=True,
    ),
    "return": Act(
        title=_("退回整改"),
        verb=_("退回"),
        means=_("写明要改什么、改到哪天。"),
        done=_("已退回。"),
        do=_plain(services.return_milestone),
        form=ReturnForm,
        needs_place=True,
    ),
    "stop": Act(
        title=_("终止里程碑"),
        verb=_("终止"),
        means=_("不再要求这一步。款项照合同另行商定。"),
        done=_("已终止这一步。"),
        do=_plain(services.stop_milestone),
        form=ReasonForm,
        is_grave=True,
        needs_place=True,
    ),
    "deliver": Act(
        title=_("交付"),
        verb=_("交付"),
        means=_("写明交付了什么。需求方逐项验收。"),
        done=_("已交付，等需求方验收。"),
        do=_plain(services.deliver),
        form=ReasonForm,
    ),
    "send-back": Act(
        title=_("退回交付"),
        verb=_("退回"),
        means=_("写明还缺什么，对方补齐后再交付。"),
        done=_("已退回。"),
        do=_plain(services.send_back),
        form=ReasonForm,
    ),
    "tell": Act(
        title=_("登记付款"),
        verb=_("登记"),
        means=_("平台不经手钱，只记下凭证号。收款方确认后才算数。"),
        done=_("已登记，等收款方确认。"),
        do=_plain(services.tell_payment),
        form=ProofForm,
        needs_place=True,
    ),
    "confirm": Act(
        title=_("确认收款"),
        verb=_("已收到"),
        means=_("确认这笔款已到账。"),
        done=_("已确认收款。"),
        do=_plain(services.confirm_payment),
        needs_place=True,
    ),
    "settle": Act(
        title=_("付清"),
        verb=_("已付清"),
        means=_("所有款项都由收款方确认过，才能付清。"),
        done=_("已付清。"),
        do=_plain(services.settle),
    ),
    "close": Act(
        title=_("完成这笔对接"),
        verb=_("完成"),
        means=_("完成之后双方一直看得到全部记录。"),
        done=_("已完成。"),
        do=_plain(services.close_deal),
    ),
    "dispute": Act(
        title=_("提出争议"),
        verb=_("提出争议"),
        means=_("双方各自陈述，由无关的人裁定。裁定之前这笔对接的数字都不计。"),
        done=_("争议已提出，请接着写下你方的陈述。"),
        do=lambda deal, person, told, at: services.open_dispute(
            deal=deal, person=person, complaint=told["words"], at=at
        ),
        form=WordsForm,
        is_grave=True,
    ),
    "state-view": Act(
        title=_("陈述"),
        verb=_("提交陈述"),
        means=_("写下你方看到的事实和依据。裁定之前可以补充。"),
        done=_("陈述已提交。"),
        do=_plain(services.state_view),
        form=WordsForm,
    ),
    "appeal": Act(
        title=_("申诉"),
        verb=_("申诉"),
        means=_("只能申诉一次，由另一个人重新裁定。"),
        done=_("已申诉。"),
        do=_plain(services.appeal),
        form=WordsForm,
    ),
    "rescind": Act(
        title=_("协商解除"),
        verb=_("提出解除"),
        means=_("写明怎么解除、款项怎么处理。对方同意后合同解除。"),
        done=_("已提出，等对方答复。"),
        do=lambda deal, person, told, at: services.propose_rescission(
            deal=deal, person=person, terms=told["words"], at=at
        ),
        form=WordsForm,
        is_grave=True,
    ),
    "agree-to-rescind": Act(
        title=_("同意解除"),
        verb=_("同意解除"),
        means=_("同意之后合同解除，不能恢复。"),
        done=_("合同已解除。"),
        do=lambda deal, person, told, at: services.answer_rescission(
            deal=deal, person=person, agrees=True, at=at, **told
        ),
        form=SentenceForm,
        is_grave=True,
    ),
    "refuse-to-rescind": Act(
        title=_("不同意解除"),
        verb=_("不同意"),
        means=_("合同继续。"),
        done=_("已告诉对方。"),
        do=lambda deal, person, told, at: services.answer_rescission(
            deal=deal, person=person, agrees=False, at=at, **told
        ),
        form=SentenceForm,
    ),
}
