"""Forms of centers. Rules live in the services."""

import re
from datetime import time
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from kehui.people.models import Center, OpeningHours, Seat
from kehui.people.selectors import standard
from kehui.people.services.hours import Span
from kehui.web.market.forms.inputs import DayInput

COMMAS: Final = re.compile("[、,，;；\n]+")
SPAN: Final = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~至]\s*(\d{1,2})[:：](\d{2})")
GIVEN: Final = (
    Seat.Role.STEWARD,
    Seat.Role.TRIAGE_CLERK,
    Seat.Role.VENDOR,
    Seat.Role.CENTER_MANAGER,
)


def area(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 4}), **options)


def parts(text: str) -> list[str]:
    return [each.strip() for each in COMMAS.split(text) if each.strip()]


class PlaceForm(forms.Form):
    region = forms.CharField(
        label=_("地区代码或名称"),
        max_length=40,
        help_text=_("如 510107，或武侯区；同名的会请你选。"),
    )


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=60)
    plates = forms.MultipleChoiceField(
        label=_("挂牌（两块或三块）"),
        choices=Center.Plate.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    address = forms.CharField(label=_("地址"), max_length=120)
    phone = forms.CharField(label=_("对外电话"), max_length=30)
    area_m2 = forms.IntegerField(
        label=_("面积（平方米）"), min_value=0, max_value=1_000_000, required=False
    )
    departments = forms.CharField(
        label=_("科室"), max_length=800, required=False, help_text=_("用顿号或逗号隔开。")
    )
    services = forms.CharField(
        label=_("服务"), max_length=800, required=False, help_text=_("用顿号或逗号隔开。")
    )

    def told(self) -> dict[str, Any]:
        """Return what a CenterProfile takes."""
        told = {name: self.cleaned_data[name] for name in ("name", "plates", "address", "phone")}
        lists = {name: parts(self.cleaned_data[name]) for name in ("departments", "services")}
        return {**told, **lists, "area_m2": self.cleaned_data["area_m2"]}


class OpeningForm(ProfileForm):
    region = forms.CharField(
        label=_("地区代码"),
        max_length=40,
        help_text=_("如 510107；园区如 P-510107-1。"),
    )
    field_order = ("region",)


class WeekForm(forms.Form):
    """A line for each weekday: 09:00-12:00 14:00-17:30, or nothing."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number, label in OpeningHours.Weekday.choices:
            self.fields[f"day{number}"] = forms.CharField(
                label=label, max_length=80, required=False
            )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        self.spans: list[Span] = []
        for number in OpeningHours.Weekday.values:
            text = told.get(f"day{number}", "")
            try:
                self.spans += [_span(number, found) for found in SPAN.finditer(text)]
            except ValueError:
                text = "?"
            if SPAN.sub("", text).strip(" ,，、；;"):
                self.add_error(f"day{number}", _("请写成 09:00-12:00 14:00-17:30，不开门就留空。"))
        return told


def _span(weekday: int, found: re.Match[str]) -> Span:
    begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    return weekday, begin, end


class HolidayForm(forms.Form):
    day = DayInput(label=_("日期"))
    name = forms.CharField(label=_("名称"), max_length=20)
    works_as = forms.TypedChoiceField(
        label=_("开放"),
        choices=[("", _("放假，不开放")), *OpeningHours.Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("调休上班的，选按星期几的时间开放。"),
    )


class StaffForm(forms.Form):
    username = forms.CharField(label=_("用户名"), max_length=40)
    role = forms.ChoiceField(label=_("角色"), choices=[(each.value, each.label) for each in GIVEN])
    valid_until = DayInput(
        label=_("止期"), required=False, help_text=_("从这一天起没有席位；不填就一直有。")
    )


class CheckForm(forms.Form):
    line = forms.ChoiceField(
        label=_("检查项"),
        choices=lambda: [(code, str(word)) for code, word in standard.checklist().lines.items()],
    )
    is_met = forms.BooleanField(label=_("达标"), required=False)
    evidence = forms.CharField(
        label=_("依据"), max_length=200, help_text=_("写明看了什么：照片编号、名册、记录。")
    )


class ProcedureForm(forms.Form):
    code = forms.CharField(
        label=_("编号"), max_length=40, help_text=_("小写字母、数字和横线；同一编号出新版本。")
    )
    title = forms.CharField(label=_("事项"), max_length=60)
    audience = forms.CharField(label=_("办理对象"), max_length=60)
    steps = area(_("步骤"), max_length=2600, help_text=_("一行一步，最多 12 步。"))
    papers = area(_("材料"), max_length=2200, required=False, help_text=_("一行一项。"))
    working_days = forms.IntegerField(label=_("时限（工作日）"), min_value=0, max_value=365)


class PolicyForm(forms.Form):
    title = forms.CharField(label=_("标题"), max_length=120)
    number = forms.CharField(label=_("文号"), max_length=60, required=False)
    source = forms.CharField(label=_("发文机关"), max_length=80)
    link = forms.CharField(label=_("原文链接"), max_length=300)
    issued_on = DayInput(label=_("发文日期"))
    valid_from = DayInput(label=_("施行日期"))
    valid_until = DayInput(label=_("有效期至"), required=False)
