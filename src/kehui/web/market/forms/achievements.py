"""The page on which an achievement is described."""

import re
from datetime import date, datetime
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import disciplines
from kehui.market.models import Achievement, OfferKind
from kehui.market.models.offers import EVALUATED
from kehui.web.market.forms.inputs import DayInput, ParsedInput
from kehui.web.market.forms.steps import StepForm

MOST_DISCIPLINES = 3  # that the page asks for; an import may bring more
MOST_NAMED = 5
DISCIPLINES = [f"discipline_{place}" for place in range(MOST_DISCIPLINES)]
EVALUATION = [f"evaluation_{name}" for name in EVALUATED]


class ListInput(ParsedInput):
    """Several short texts, one a line or apart by list commas; a list inside."""

    widget = forms.Textarea(attrs={"rows": 2})

    def __init__(self, *, each: int, most: int = 20, **options: Any) -> None:
        self.each, self.most = each, most
        self.longest = (each + 1) * most
        super().__init__(**options)

    def read(self, text: str) -> list[str]:
        found = (" ".join(each.split()) for each in re.split(r"[\n、，,;；]+", text))
        listed = [each for each in dict.fromkeys(found) if each]
        if any(len(each) > self.each for each in listed):
            raise ValidationError(
                _now("每个最多 %d 个字。一行写一个，或用顿号隔开。") % self.each, code="long"
            )
        if len(listed) > self.most:
            raise ValidationError(_now("最多 %d 个。") % self.most, code="many")
        return listed

    def nothing(self) -> list[str]:
        return []

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class DisciplineInput(ParsedInput):
    """A discipline of GB/T 13745 by its code or by a word of its name; its code inside."""

    widget = forms.TextInput(attrs={"list": "disciplines", "autocomplete": "off"})

    def read(self, text: str) -> str:
        first, _blank, _name = text.partition(" ")
        if first[0].isdecimal():
            return disciplines.parse(first).code
        found = disciplines.called(text)
        if len(found) == 1:
            return found[0].code
        if not found:
            raise ValidationError(
                _now("没有找到“%s”。换个词，或写学科代码。") % text, code="unknown"
            )
        named = _now("、").join(_named(each.code) for each in found[:MOST_NAMED])
        said = {"text": text, "n": len(found), "named": named}
        raise ValidationError(
            _now("“%(text)s”对应 %(n)d 个学科，请写代码。例如：%(named)s。") % said, code="many"
        )

    def prepare_value(self, value: Any) -> Any:
        return _named(value) if value in disciplines.tree() else value


class AchievementPage(StepForm):
    slug = "achievement"
    heading = _("成果信息")
    lead = _("都可以先空着。写了权属和专利，对方才好判断能不能转化。")
    kinds = (OfferKind.ACHIEVEMENT,)
    written_in = {"disciplines": DISCIPLINES[0], "evaluation": EVALUATION[0]}
    folded = tuple(EVALUATION)
    folded_title = _("有过成果评价？写在这里")

    stage = forms.ChoiceField(
        label=_("成果类型"),
        choices=Achievement.Stage.choices,
        widget=forms.RadioSelect,
        help_text=_("这一页写了别的，就要选一项。"),
    )
    ownership = forms.CharField(
        label=_("权属"),
        max_length=200,
        help_text=_("归谁，有没有共有人或质押。例如：职务成果，归本校。"),
    )
    deal_modes = forms.MultipleChoiceField(
        label=_("转化方式"),
        choices=Achievement.DealMode.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("愿意怎么合作，可以多选。"),
    )
    patents = ListInput(
        label=_("专利号"), each=40, help_text=_("专利号或申请号，一行一个。国外的也可以写。")
    )
    registration = forms.CharField(label=_("成果登记号"), max_length=40)
    doi = forms.CharField(label="DOI", max_length=120, help_text=_("例如：10.1000/182。"))
    ipc = ListInput(
        label=_("IPC 分类号"), each=20, most=10, help_text=_("例如：C02F 1/469，一行一个。")
    )
    discipline_0 = DisciplineInput(
        label=_("学科"), help_text=_("写代码或名称，例如：610.30 或 环境工程学。")
    )
    discipline_1 = DisciplineInput(label=_("第二个学科"))
    discipline_2 = DisciplineInput(label=_("第三个学科"))
    completers = ListInput(
        label=_("完成人"), each=30, help_text=_("一行一个，按贡献排序。能看详情的人才看到。")
    )
    publicity = forms.CharField(
        label=_("公示情况"),
        max_length=100,
        help_text=_("例如：2026 年 3 月在本校网站公示 15 日，无异议。"),
    )
    evaluation_standard = forms.CharField(
        label=_("按哪个标准评"), max_length=40, help_text=_("例如：GB/T 44731-2024。")
    )
    evaluation_science = forms.CharField(label=_("科学价值"), max_length=120)
    evaluation_technology = forms.CharField(label=_("技术价值"), max_length=120)
    evaluation_economy = forms.CharField(label=_("经济价值"), max_length=120)
    evaluation_society = forms.CharField(label=_("社会和文化价值"), max_length=120)
    evaluation_transfer = forms.CharField(label=_("转化推广潜力"), max_length=120)
    evaluation_evaluator = forms.CharField(label=_("评价方"), max_length=80)
    evaluation_date = DayInput(label=_("评价日期"))

    def arrange(self) -> None:
        """Show what the achievement holds, its lists and its evaluation part by part."""
        held: Achievement = getattr(self.item, "achievement", None) or Achievement()
        self.initial = {name: getattr(held, name, None) for name in self.base_fields}
        self.initial |= dict(zip(DISCIPLINES, held.disciplines, strict=False))
        told = held.evaluation or {}
        self.initial |= {f"evaluation_{name}": part for name, part in told.items()}
        if "date" in told:
            self.initial["evaluation_date"] = date.fromisoformat(told["date"])
        self.further = held.disciplines[MOST_DISCIPLINES:]

    def values(self, *, at: datetime) -> dict[str, Any]:
        """Return the columns: a list of disciplines, an evaluation of what could be read."""
        values = super().values(at=at)
        codes = [values.pop(name, "") for name in DISCIPLINES]
        told = {name: values.pop(f"evaluation_{name}", "") for name in EVALUATED}
        if not self.errors.keys() & set(DISCIPLINES):
            values["disciplines"] = [*filter(None, codes), *self.further]
        if not self.errors.keys() & set(EVALUATION):
            values["evaluation"] = told
        return values

    @property
    def suggestions(self) -> list[str]:
        """Return the disciplines of the upper two levels for the list under the input."""
        return _suggestions()


@cache
def _suggestions() -> list[str]:
    upper = 2
    return [_named(row.code) for row in disciplines.tree() if row.level <= upper and not row.see]


def _named(code: str) -> str:
    return f"{disciplines.dotted(code)} {disciplines.name_of(code)}"
