"""Forms around a code: where it goes, its digits, and what comes after it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kehui.web.people.forms import password, place, text


class ContactForm(forms.Form):
    contact = text(_("手机号或邮箱"), autocomplete="username", max_length=254)


class DigitsForm(forms.Form):
    digits = forms.CharField(
        label=_("验证码"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text=_("6 位数字，10 分钟内有效，只能用一次。"),
    )


class NewPasswordForm(forms.Form):
    new = password(
        _("新密码"), "new-password", help_text=_("至少 8 位，可以有空格和汉字；长比花样多更安全。")
    )


class WhichAccountForm(forms.Form):
    """Its choices are the accounts that the proof opens."""

    account = forms.ChoiceField(label=_("登录哪个账号"), widget=forms.RadioSelect)


class JoinForm(forms.Form):
    """Sign up with a proved phone or address: it takes the place of a username."""

    name = text(
        _("姓名"),
        autocomplete="name",
        max_length=30,
        help_text=_("用真实姓名，核验身份时要对得上。"),
    )
    region = place(_("所在地"))
    password = password(
        _("密码"), "new-password", help_text=_("至少 8 位，可以有空格和汉字；长比花样多更安全。")
    )
    privacy = forms.BooleanField(label=_("我已阅读并同意个人信息保护说明"))
