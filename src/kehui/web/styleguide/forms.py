"""A form that shows every kind of field once. Nothing is stored."""

from django import forms

PLACES = [
    ("", "请选择"),
    ("成都市", [("510100", "成都市全域"), ("510104", "锦江区"), ("510116", "双流区")]),
    ("眉山市", [("511400", "眉山市全域"), ("511402", "东坡区"), ("511423", "洪雅县")]),
    ("宜宾市", [("511500", "宜宾市全域"), ("511502", "翠屏区"), ("511525", "高县")]),
]
TRADES = [
    ("", "请选择"),
    (
        "C 制造业",
        [("C13", "农副食品加工业"), ("C14", "食品制造业"), ("C26", "化学原料和化学制品制造业")],
    ),
    ("D 电力、热力、燃气及水", [("D44", "电力、热力生产和供应业"), ("D46", "水的生产和供应业")]),
]
KINDS = [
    ("problem", "委托攻关科技难题"),
    ("service", "找科技服务"),
    ("achievement", "引入科技成果"),
]


class SampleForm(forms.Form):
    title = forms.CharField(
        label="标题", max_length=60, min_length=6, help_text="一句话说清要解决什么，6–60 个字。"
    )
    description = forms.CharField(
        label="现在怎样，想变成怎样",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写具体的数：多少吨、多少度、多少元。",
    )
    kind = forms.ChoiceField(label="要哪一类", choices=KINDS, widget=forms.RadioSelect)
    place = forms.ChoiceField(label="在哪里", choices=PLACES)
    trade = forms.ChoiceField(label="属于哪个行业", choices=TRADES, required=False)
    budget = forms.CharField(
        label="预算上限", widget=forms.TextInput(attrs={"inputmode": "decimal"}), required=False
    )
    due = forms.DateField(
        label="希望什么时候办成", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    attachment = forms.FileField(label="检测单或照片", required=False)
    share_phone = forms.BooleanField(label="同意把我的手机号给对方看", required=False)
