"""Forms of accounts, organizations, seats and teams. Rules live in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehui.people.models import ApiToken, Organization, Seat, Unmasking
from kehui.web.market.forms.inputs import industry_choices
from kehui.web.people import choices

LONGEST_PASSWORD = 200


def text(label: Any, *, autocomplete: str = "", **options: Any) -> forms.CharField:
    """Return a line of text; autocomplete is the token by which browsers fill it in."""
    widget = forms.TextInput(attrs={"autocomplete": autocomplete} if autocomplete else {})
    return forms.CharField(label=label, widget=widget, **options)


def password(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    """Return a field that keeps spaces: they belong to a password."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(
        label=label, widget=widget, max_length=LONGEST_PASSWORD, strip=False, **options
    )


def place(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices.places)


class SignInForm(forms.Form):
    username = text(_("用户名、手机号或邮箱"), autocomplete="username", max_length=100)
    password = password(_("密码"), "current-password")


class ProfileForm(forms.Form):
    name = text(
        _("姓名"),
        autocomplete="name",
        max_length=30,
        help_text=_("用真实姓名，核验身份时要对得上。"),
    )
    title = text(_("职称或职务"), autocomplete="organization-title", max_length=40, required=False)
    region = place(_("所在地"))
    is_sci_tech_worker = forms.BooleanField(label=_("我是科技工作者"), required=False)


class SignUpForm(ProfileForm):
    username = text(
        _("用户名"),
        autocomplete="username",
        max_length=40,
        help_text=_("3 至 40 个字母、数字或汉字，登录时用，不公开。"),
    )
    password = password(
        _("密码"), "new-password", help_text=_("至少 8 位，可以有空格和汉字；长比花样多更安全。")
    )
    opening = forms.ChoiceField(
        label=_("为谁开通"),
        choices=[("person", _("我自己")), ("organization", _("我的单位（下一步登记单位）"))],
        widget=forms.RadioSelect,
        initial="person",
    )
    privacy = forms.BooleanField(label=_("我已阅读并同意个人信息保护说明"))

    field_order = (
        "username",
        "password",
        "name",
        "title",
        "region",
        "is_sci_tech_worker",
        "opening",
        "privacy",
    )


class OrganizationForm(forms.Form):
    uscc = text(
        _("统一社会信用代码"),
        max_length=40,
        help_text=_("照营业执照或登记证填 18 位，空格和横线不影响。"),
    )
    name = text(_("单位名称"), autocomplete="organization", max_length=80)
    kind = forms.ChoiceField(label=_("单位类别"), choices=Organization.Kind.choices)
    region = place(_("所在地"))
    industry = forms.ChoiceField(label=_("行业"), choices=industry_choices, required=False)
    size = forms.ChoiceField(
        label=_("规模"), choices=[("", _("不清楚")), *Organization.Size.choices], required=False
    )


class ColleagueForm(forms.Form):
    username = text(
        _("同事的用户名"), max_length=40, help_text=_("同事先自己注册，再把用户名告诉你。")
    )


class TeamForm(forms.Form):
    name = text(_("团队名称"), max_length=60)
    host = forms.ModelChoiceField(
        label=_("依托单位"), queryset=Organization.objects.none(), required=False
    )


class TokenForm(forms.Form):
    name = text(_("名称"), max_length=40, help_text=_("写明给哪个程序用，以后好辨认。"))
    scopes = forms.MultipleChoiceField(
        label=_("允许它做什么"),
        choices=ApiToken.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=_("多久到期"),
        choices=[(30, _("30 天")), (90, _("90 天")), (365, _("一年"))],
        coerce=int,
        initial=365,
        required=False,
        help_text=_("到期前 14 天提醒你。"),
    )


class PasswordForm(forms.Form):
    old = password(_("原密码"), "current-password")
    new = password(
        _("新密码"), "new-password", help_text=_("至少 8 位，可以有空格和汉字；长比花样多更安全。")
    )


class ConfirmForm(forms.Form):
    """The password once more, before what cannot be undone or must not be seen by others."""

    password = password(_("密码"), "current-password")


class LeavingForm(ConfirmForm):
    is_sure = forms.BooleanField(label=_("我知道注销后不能恢复"))


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("手机号"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("11 位大陆手机号。加密保存，不公开，可用来登录。"),
    )


class UnmaskForm(forms.Form):
    """Why an operator needs to see a number in full; the person can read it."""

    reason = forms.ChoiceField(
        label=_("原因"), choices=Unmasking.Reason.choices, widget=forms.RadioSelect
    )
    note = text(_("说明"), max_length=120, help_text=_("写明办什么事。本人能看到这次查看。"))


class SeatForm(forms.Form):
    """What an operator grants; agents are granted on the organization's own page."""

    username = text(_("用户名"), max_length=40)
    role = forms.ChoiceField(
        label=_("角色"),
        choices=[each for each in Seat.Role.choices if each[0] != Seat.Role.AGENT],
    )
    region = forms.ChoiceField(label=_("负责地区"), choices=choices.places_of_seats)
