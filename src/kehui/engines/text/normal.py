"""Fold a text character by character, so that offsets still point into the original."""

import unicodedata
from functools import cache

CJK_FIRST = 0x4E00
CJK_LAST = 0x9FFF

# The frequent traditional characters of technical texts, each beside its simplified form.
# A full conversion needs phrases; one character for one keeps the offsets and is enough to search.
_TRADITIONAL = (
    "術术業业機机電电製制車车門门廠厂產产質质體体應应經经濟济網网絡络計计設设備备檢检測测試试驗验"
    "環环處处廢废氣气熱热風风鋼钢鐵铁銅铜鋁铝鎂镁鈦钛鋰锂錳锰鎳镍鉻铬鋅锌銀银納纳複复膠胶層层塗涂"
    "鍍镀銲焊鑄铸壓压軋轧鍛锻細细線线纖纤維维織织紡纺絲丝綢绸傳传動动導导驅驱輪轮軸轴齒齿減减變变"
    "頻频圖图像像視视覺觉識识別别語语聲声號号碼码數数據据雲云計计算算軟软硬硬資资訊讯訓训練练學学習习"
    "醫医藥药療疗診诊斷断種种養养魚鱼雞鸡豬猪馬马穀谷麥麦糧粮農农園园藝艺樹树葉叶蟲虫災灾發发現现"
    "標标準准規规範范專专利利權权轉转讓让價价錢钱購购買买賣卖費费單单價价約约簽签與与為为無无開开關关"
    "長长寬宽遠远進进過过還还這这個个們们來来國国際际級级項项題题點点際际總总創创優优勢势勞劳動动"
    "場场實实現现運运輸输儲储裝装燈灯爐炉鍋锅殺杀滅灭鹽盐鹼碱濃浓縮缩濾滤乾干濕湿凍冻燒烧鹵卤礦矿"
    "煤煤結结組组統统給给續续編编約约紙纸終终頁页岩岩鑽钻採采選选煉炼鏈链條条鎖锁鏡镜鈣钙碩硕葯药劑剂膚肤臟脏腦脑癌癌腫肿瘤瘤"
)


@cache
def _folds() -> dict[int, str]:
    """Return the characters that fold to exactly one other character."""
    folds: dict[int, str] = {}
    for code in range(0x10000):
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character).lower()
        if folded != character and len(folded) == 1:
            folds[code] = folded
    pairs = zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)
    folds.update({ord(old): new for old, new in pairs if old != new})
    return folds


def normalize(text: str) -> str:
    """Return the text in lower case, half width and simplified characters, of the same length."""
    if text.isascii():
        return text.lower()
    return text.translate(_folds())
