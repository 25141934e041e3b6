"""Names that look alike though their signs differ: for warnings, never for deciding.

The way of Unicode's technical standard 39 (`skeleton`), with a table of our own: the letters that
stand in for Latin ones, and the Chinese characters that people and forgers mix up.
"""

import unicodedata
from typing import Final

from kehui.core import names

LONGEST_LOOK: Final = 160
# Of each group the first sign stands for all
_LETTERS: Final = (
    "aаαɑ", "bвβьƅ", "cсϲ", "dԁɗ", "eеεҽ", "gɡց", "hнηһ", "l1iіιıӏ|ɩ丨ⅼ", "jјϳ", "kкκ", "mмμ",
    "nпո", "o0оοօ〇○◯", "pрρ", "qԛ", "rг", "sѕ", "tтτ", "uυսц", "vνѵ", "wѡԝω", "xхχ", "yуγү",
    "zζ", "3зʒ", "6б",
)  # fmt: skip
_CHARACTERS: Final = (
    "一ー㇐—―", "二ニ", "口囗ロ", "八ハ", "力カ", "夕タ", "工エ", "卜ト", "人入", "己已巳",
    "未末", "士土", "日曰", "戊戌戍", "千干于", "天夭", "刀刁", "候侯", "晴睛", "微徽", "崇祟",
    "茶荼", "析折", "冶治", "免兔", "鸟乌", "今令", "壶壸", "吉𠮷", "辨辩辫", "凤风",
    "问间", "亳毫", "博搏", "蓝篮", "帅师",
    "住往",
    # other writings of the same character
    "国國囯囻", "东東", "华華", "学學", "电電", "机機", "业業", "云雲", "广廣", "兴興", "丰豐",
    "龙龍⻰", "飞飛⻜", "开開", "发發", "实實", "药藥", "医醫", "农農", "环環", "节節", "术術",
    "创創", "门門⻔", "车車⻋", "马馬⻢", "鱼魚⻥", "长長⻓", "页頁⻚", "贝貝⻉", "见見⻅",
    "青靑⻘", "黄黃⻩", "齐齊⻬", "民⺠", "西⻄", "气氣", "网網", "计計", "设設", "备備", "导導",
    "检檢", "测測", "达達", "联聯", "协協", "亚亞", "产產", "万萬", "众衆眾", "乐樂", "卫衛",
    "银銀", "铁鐵", "钢鋼", "锂鋰", "绿綠", "线線", "艺藝", "证證", "质質", "资資", "软軟",
    "运運", "远遠", "汇匯",
)  # fmt: skip
_FIRST: Final = {sign: group[0] for group in (*_LETTERS, *_CHARACTERS) for sign in group}
_DISGUISES: Final = frozenset(sign for group in _LETTERS for sign in group if ord(sign) > 0x7F)


def skeleton(text: str) -> str:
    """Return what is left when all that looks alike is one: equal ones may be mistaken.

    Width, case, accents, points and blanks do not count either.
    """
    folded = unicodedata.normalize("NFKC", names.visible(text)).casefold()
    seen = (_FIRST.get(sign, sign) for sign in unicodedata.normalize("NFD", folded))
    return "".join(_FIRST.get(sign, sign) for sign in seen if unicodedata.category(sign)[0] in "LN")


def organization_skeleton(name: str) -> str:
    """Return the skeleton without 有限公司 and its kin, cut to LONGEST_LOOK signs."""
    return names.organization_key(skeleton(name))[:LONGEST_LOOK]


def is_disguised(text: str) -> bool:
    """Say whether a letter of another script stands where it would be read as a Latin one."""
    return any(sign in _DISGUISES for sign in text.casefold())
