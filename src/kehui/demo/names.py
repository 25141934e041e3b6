"""Invented names: people, firms, institutes. Any likeness to a real one is chance."""

from __future__ import annotations

from random import Random

from kehui.demo.places import County

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
    "于杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯"
    "龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤蒲尧晏税母冉代阳"
)
# Common surnames first: the head of the list is drawn more often.
MALE = "伟强军勇涛明超刚平辉健斌波宁志建国文华海东林峰鹏宇浩杰俊凯晨睿川江岷嘉泽坤铭弘远毅恒松柏"
FEMALE = "芳娜敏静丽艳娟霞秀英玲燕红梅莉萍雪琳洁颖倩婷慧蓉瑶岚菲薇佳欣怡雯思语梦璐蕊清兰竹"
DOUBLE = ("欧阳", "司马", "诸葛", "上官")
YI_CLANS = ("阿尔", "吉克", "沙马", "阿苏", "吉木", "马海", "尔古", "勒格", "罗洪", "曲比")
YI_GIVEN = ("木呷", "拉铁", "伍果", "阿果", "尔布", "石一", "子洛", "阿依", "日火", "布哈")
TIBETAN = (
    "扎西", "卓玛", "丹增", "央金", "多吉", "拉姆", "次仁", "达瓦", "尼玛", "德吉", "格桑",
    "旺堆", "平措", "桑吉", "泽仁", "洛桑", "仁青", "白玛",
)  # fmt: skip

BRAND_FIRST = (
    "川蜀岷沱锦嘉瑞恒德润丰禾源汇鑫天新华金科创宏兴博安众同泰永合盛凌云青峨剑巴渠涪雅翠明晟睿卓致远"
)
BRAND_LAST = "源禾丰泰汇达瑞康鑫辉诚峰航宇驰越信邦成锐科创沃联捷芯图谷川林泉田园晖朗拓睿"

# Invented universities: name, county, fields they are strong in.
UNIVERSITIES = (
    ("岷江大学", "510107"), ("芙蓉理工大学", "510116"), ("蜀山农业大学", "510115"),
    ("浣花医科大学", "510104"), ("沱江工业大学", "510114"), ("龙泉山电子科技学院", "510112"),
    ("剑门理工学院", "510802"), ("涪江科技大学", "510704"), ("富乐山工程学院", "510703"),
    ("酒城轻工学院", "510502"), ("长江首城理工学院", "511502"), ("盐都化工学院", "510302"),
    ("嘉州应用技术大学", "511102"), ("金沙江钒钛学院", "510402"), ("嘉陵江师范大学", "511302"),
    ("大巴山农林学院", "511902"), ("青衣江农林大学", "511802"), ("邛海高原农业学院", "513401"),
    ("雪山民族大学", "513301"), ("旌湖装备工程大学", "510603"), ("甜城职业技术学院", "511011"),
    ("三苏湖应用技术学院", "511402"), ("渠江工程技术学院", "511602"), ("通川医药学院", "511702"),
    ("观音湖材料学院", "510903"),
)  # fmt: skip

RIVERS = (
    "岷沱", "锦水", "涪江", "青衣", "沱源", "嘉陵", "安宁", "雅砻", "渠江", "琼江", "剑南", "川西",
    "川南", "川北", "川东北", "攀西", "成渝", "天彭", "浣花", "平乐", "青城山麓", "龙门山",
    "邛崃山",
)  # fmt: skip


def person_name(rng: Random, county: str) -> str:
    """Return a plausible name for somebody from the county."""
    if county.startswith("5134") and rng.random() < 0.55:
        return rng.choice(YI_CLANS) + rng.choice(("·", "")) + rng.choice(YI_GIVEN)
    if county.startswith(("5132", "5133")) and rng.random() < 0.6:
        first, second = rng.sample(TIBETAN, 2)
        return first + ("·" if rng.random() < 0.25 else "") + second
    surname = SURNAMES[int(len(SURNAMES) * rng.random() ** 2.1)]
    if rng.random() < 0.01:
        surname = rng.choice(DOUBLE)
    given = FEMALE if rng.random() < 0.42 else MALE
    length = 1 if rng.random() < 0.22 else 2
    return surname + "".join(rng.sample(given, length))


def brand(rng: Random) -> str:
    """Return a firm's brand of two characters, sometimes three."""
    first, last = rng.choice(BRAND_FIRST), rng.choice(BRAND_LAST)
    while last == first:
        last = rng.choice(BRAND_LAST)
    return first + last if rng.random() < 0.85 else first + rng.choice(BRAND_FIRST) + last


def firm_name(rng: Random, county: County, ending: str) -> str:
    """Return the name of a firm, co-operative, workshop or public body of the county."""
    if ending.endswith("村股份经济合作联合社"):
        village = rng.choice("青双龙大石金高新白红") + rng.choice("龙河坝垭桥林湾坪沟梁")
        return f"{county.name}{village}{ending}"
    if ending.endswith(("合作社", "家庭农场")):
        return f"{county.name}{brand(rng)}{ending}"
    if ending.endswith(("局", "中心", "站", "医院", "水库管理所", "管理处")):
        return f"{county.city_brief}{county.brief}{brand(rng)}{ending}"
    place = rng.choice((county.city_brief, county.city_brief, county.brief, "四川", "四川"))
    return f"{'四川' if place == '市中区' else place}{brand(rng)}{ending}"
