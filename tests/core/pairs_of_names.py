"""Pairs of names that people take for one another, and pairs that they do not."""

from collections.abc import Callable
from typing import Final

FIRMS: Final = (
    "成都科汇新材料有限公司", "自贡泡菜盐业集团", "四川工业机械研究院",
    "绵阳市日升电子有限责任公司",
    "Sichuan Optical Devices Co., Ltd.",
    "成都日用机电工业学院", "ACE Poly工业科技有限公司",
)  # fmt: skip
# What a forger, a scanner or an input method does to a name
CHANGES: Final[dict[str, Callable[[str], str]]] = {
    "width": lambda text: "".join(
        chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text
    ),
    "case": str.upper,
    "blanks": " ".join,
    "wide blanks": "\u3000".join,
    "zero width": "\u200b".join,
    "joiners": "\u200d".join,
    "word joiners": "\u2060".join,
    "mark of order": lambda text: f"\ufeff{text}",
    "turned around": lambda text: f"\u202e{text}\u202c",
    "isolated": lambda text: f"\u2067{text}\u2069",
    "arabic mark": lambda text: f"{text[:2]}\u061c{text[2:]}",
    "soft hyphens": "\u00ad".join,
    "fillers": "\u3164".join,
    "tags": lambda text: f"{text}\U000e0041",
    "variants": "\ufe0f".join,
    "rare variants": lambda text: f"{text[0]}\U000e0100{text[1:]}",
    "points": lambda text: f"{text[:4]}·{text[4:]}",
    "brackets": lambda text: f"{text[:2]}（{text[2:4]}）{text[4:]}",
    "quotes": lambda text: f"“{text}”",
    "accents": lambda text: text.replace("i", "í").replace("科", "科\u0301"),
    "suffix": lambda text: (
        text.removesuffix("有限公司") + "股份有限公司" if text.endswith("有限公司") else text
    ),
    "radicals": lambda text: text.replace("工", "⼯").replace("日", "⽇").replace("机", "機"),
    "kana": lambda text: text.replace("工", "エ").replace("口", "ロ").replace("力", "カ"),
    "likes": lambda text: text.replace("日", "曰").replace("析", "折").replace("业", "業"),
    "old": lambda text: text.replace("电", "電").replace("机", "機").replace("学", "學"),
    "cyrillic": lambda text: text.translate(str.maketrans("aceopxyi", "асеорхуі")),
    "greek": lambda text: text.translate(str.maketrans("aopvi", "αορνι")),
    "digits": lambda text: text.replace("l", "1").replace("O", "0"),
}
WORDS: Final = tuple(
    pair.split("/") for pair in (
        "科汇/科匯 ABC科技/АВС科技 KH材料/ΚΗ材料 "
        "paypal/pаypal apple/аррӏе google/gооgle "
        "Scope/Ѕсоре HONOR/НОNОR 360安全/36O安全 "
        "1号店/l号店 B2B/В2В 三一重工/三一重エ "
        "八达/ハ達 士林/土林 未来/末来 己方/已方 戊戌/戌戌 天府/夭府 千里/干里 "
        "治金/冶金 析光/折光 茶业/荼业 微光/徽光 崇山/祟山 "
        "鸟类/乌类 免费/兔费 今日/令日 候鸟/侯鸟 晴天/睛天 "
        "凤凰/风凰 吉利/𠮷利 民生/⺠生 长江/⻓江 "
        "门户/⻔户 车辆/⻋辆 风能/凤能 龙泉/⻰泉 青城/靑城 "
        "華西/华西 國药/国药 東方/东方 廣元/广元 農业/农業 "
        "氣象/气象 發展/发展 聯想/联想 銀杏/银杏 鋼铁/钢铁"
    ).split()
)  # fmt: skip
DIFFERENT: Final = tuple(
    pair.split("/") for pair in (
        "成都科汇/成都科技 自贡盐业/自流井盐业 四川一厂/四川二厂 "
        "泸州老窖/泸州新窖 ABC/ABD A1/A2 "
        "第一医院/第二医院 第7研究所/第9研究所 东方电气/东方电机 绵阳材料/德阳材料 川南/川北 "
        "泡菜/咸菜 桥梁/隧道 蒸发/蒸馏 买买提·吐尔逊/买买提·艾山 king/ring sun/son"
    ).split()
)  # fmt: skip


def changed() -> list[tuple[str, str, str]]:
    """Return how, the name, and the name changed, where the change does anything."""
    return [
        (how, firm, change(firm))
        for how, change in CHANGES.items()
        for firm in FIRMS
        if change(firm) != firm
    ]
