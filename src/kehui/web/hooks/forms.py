from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from kehui.hooks.models import NAME_LENGTH
from kehui.hooks.policies import kinds
from kehui.people.models import Organization


class HookForm(forms.Form):
    """A new hook: for whom, where to, and what it tells."""

    name = forms.CharField(
        label=_("名称"), max_length=NAME_LENGTH, help_text=_("写明给哪个系统用，以后好辨认。")
    )
    url = forms.CharField(
        label=_("接收网址"),
        max_length=2_000,
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
        help_text=_("以 https:// 开头。主机名要先请平台运营者放行。"),
    )
    organization = forms.ModelChoiceField(
        label=_("替谁接收"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=_("我本人"),
    )
    kinds = forms.MultipleChoiceField(label=_("哪些事件"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(
            "forms.ModelChoiceField[Organization]", self.fields["organization"]
        ).queryset = organizations
        cast("forms.MultipleChoiceField", self.fields["kinds"]).choices = [
            (each.code, str(each.word))
            for each in kinds().values()
            if each.whose != "organization" or organizations
        ]
