"""Invented examples for the style guide. No person, firm or figure here is real."""

from typing import Any

CRUMBS = [
    {"label": "找需求", "href": "#"},
    {"label": "食品饮料", "href": "#"},
    {"label": "泡菜盐渍废水盐分回收与达标处理"},
]
STEPS = [
    {"label": "已发布", "note": "11-14", "state": "done"},
    {"label": "核实", "note": "11-18", "state": "done"},
    {"label": "匹配撮合", "note": "进行中", "state": "now"},
    {"label": "洽谈", "state": "next"},
    {"label": "签约履约", "state": "next"},
    {"label": "回访", "state": "next"},
]
KEYFACTS = [
    {"label": "预算", "lead": "60–100", "value": "万元，可分期"},
    {"label": "希望时间", "lead": "2027-03", "value": "前完成中试"},
    {"label": "合作方式", "value": "委托开发，也接受联合攻关"},
    {"label": "要求成熟度", "value": "中试（TRL 6）及以上"},
]
SEGMENTS = [
    {"label": "全部", "href": "#", "on": True, "count": 37},
    {"label": "成果", "href": "#", "count": 21},
    {"label": "能力", "href": "#", "count": 11},
    {"label": "服务", "href": "#", "count": 5},
]


def _marked(text: str, *words: str) -> dict[str, Any]:
    return {"text": text, "spans": [(text.index(w), text.index(w) + len(w)) for w in words]}


MATCHES: list[dict[str, Any]] = [
    {
        "title": "高盐有机废水“电渗析 + 正渗透”盐回收成套工艺",
        "url": "#",
        "score": 92,
        "who": "林知远",
        "role": "教授团队",
        "org": "岷江大学环境学院",
        "verified": True,
        "kind": "科技成果",
        "trl": "TRL 8 · 已有产线",
        "place": "成都 · 78 公里",
        "price": "45–80 万元",
        "note": "平均 6 小时回复 · 近一年成交 5 单",
        "evidence": [
            {
                "verdict": "yes",
                "title": "技术对得上",
                **_marked(
                    "成果说明与你的需求共有高盐废水、盐回收、电渗析、结垢控制 4 个关键技术点",
                    "高盐废水",
                    "盐回收",
                    "电渗析",
                    "结垢控制",
                ),
            },
            {
                "verdict": "yes",
                "title": "同行用过",
                "text": "2 家川内酱腌菜企业在用，最长已运行 14 个月",
            },
            {
                "verdict": "part",
                "title": "吨水成本略高",
                "text": "对方 38–42 元，你的目标不超过 35 元，洽谈时先谈药剂方案",
            },
            {"verdict": "unknown", "title": "工期没写", "text": "约谈时问清楚 2027-03 前能否交付"},
        ],
        "factors": [
            {"label": "技术内容", "got": 37, "max": 40},
            {"label": "指标覆盖", "got": 18, "max": 20},
            {"label": "应用场景", "got": 15, "max": 15},
            {"label": "成熟度", "got": 10, "max": 10},
            {"label": "距离", "got": 4, "max": 5},
            {"label": "预算", "got": 3, "max": 5},
            {"label": "响应", "got": 5, "max": 5},
        ],
    },
    {
        "title": "机械蒸汽再压缩（MVR）结晶制盐节能改造",
        "url": "#",
        "score": 74,
        "who": "贺建川",
        "role": "高级工程师",
        "org": "川南盐化工工程中心",
        "verified": True,
        "kind": "科技服务",
        "trl": "TRL 9 · 批量应用",
        "place": "自贡 · 126 公里",
        "price": "120–180 万元",
        "note": "平均 1 天回复",
        "evidence": [
            {
                "verdict": "yes",
                "title": "接得上现有设备",
                "text": "你有三效蒸发器，对方改过 3 台同类的",
            },
            {"verdict": "no", "title": "超出预算", "text": "最低 120 万元，你的预算上限 100 万元"},
        ],
        "factors": [
            {"label": "技术内容", "got": 30, "max": 40},
            {"label": "指标覆盖", "got": 17, "max": 20},
            {"label": "应用场景", "got": 11, "max": 15},
            {"label": "成熟度", "got": 10, "max": 10},
            {"label": "距离", "got": 3, "max": 5},
            {"label": "预算", "got": 0, "max": 5},
            {"label": "响应", "got": 3, "max": 5},
        ],
    },
]
REASONS = [
    {"value": "R01", "label": "成熟度不够", "note": "现在还用不上"},
    {"value": "R05", "label": "不是我们的方向"},
    {"value": "R07", "label": "价格或条件谈不拢"},
    {"value": "R09", "label": "赶不上时间"},
    {"value": "R12", "label": "已经解决或在和别家谈"},
    {"value": "R16", "label": "其他", "note": "请写明，不少于 15 个字"},
]
OFFERS = [
    {
        "url": "#",
        "title": "茶叶低温真空干燥设备与工艺",
        "kind": "科技成果",
        "trl": "TRL 7",
        "place": "宜宾市翠屏区",
        "text": "芽茶含水率从 60% 干到 6% 用时 45 分钟，香气成分损失比热风干燥低一半，附检测报告。",
        "price": "28 万元起",
        "owner": "江安食品机械研究所",
        "verified": True,
        "fresh": "3 天前更新",
    },
    {
        "url": "#",
        "title": "小型污水站无人值守控制改造",
        "kind": "科技服务",
        "place": "成都市双流区",
        "text": "加装溶氧、浊度在线监测与加药联锁，日处理 50–500 吨的站点两周改完。",
        "price": "6–15 万元",
        "owner": "双楠水务技术工作室",
        "fresh": "昨天更新",
    },
]
NEEDS = [
    {
        "url": "#",
        "title": "泡菜盐渍废水盐分回收与达标处理",
        "kind": "委托攻关",
        "industry": "食品制造业",
        "place": "眉山市东坡区",
        "text": "每天 120 吨高盐废水，想把盐收回来再用，出水达标，吨水成本降到 35 元以内。",
        "price": "60–100 万元",
        "due": "还剩 118 天",
        "matches": 37,
    },
    {
        "url": "#",
        "title": "藤椒鲜榨油货架期从 12 个月延到 18 个月",
        "kind": "引入成果",
        "industry": "农副食品加工业",
        "place": "眉山市洪雅县",
        "text": "现在靠充氮和避光，开瓶后两周麻味下降明显，不想加抗氧化剂。",
        "price": "面议",
        "due": "还剩 61 天",
        "matches": 12,
    },
]
STUDIOS = [
    {
        "url": "#",
        "name": "酱腌菜加工工作室",
        "owner": "蒲静团队",
        "verified": True,
        "place": "成都市",
        "text": "做低盐腌制、耐盐菌剂和废水减量，给 11 家厂改过线。",
        "skills": ["低盐腌制", "耐盐菌剂", "在线监测"],
        "offers": 7,
        "reply": "一般 6 小时内回复",
    }
]
CASES = [
    {
        "no": "A-0562",
        "url": "#",
        "title": "锂电池隔膜涂布在线测厚",
        "party": "彭祖新材 · 彭山区",
        "next": "催报价回复",
        "due": "超期 1 天",
        "tone": "over",
    },
    {
        "no": "A-0611",
        "url": "#",
        "title": "猕猴桃园区低成本冷链预冷方案",
        "party": "蒲阳果业合作社 · 东坡区",
        "next": "首次回电",
        "due": "还剩 3 小时",
        "tone": "warn",
    },
]
TASK = {
    "no": "A-0611",
    "verb": "首次回电",
    "title": "猕猴桃园区低成本冷链预冷方案",
    "party": "蒲阳果业合作社 · 东坡区",
    "due": "还剩 3 小时",
    "tone": "warn",
}
HISTORY = [
    {"when": "今天 09:12", "who": "系统", "text": "推荐了 1 位新专家，契合 84", "kind": "sys"},
    {
        "when": "昨天 16:40",
        "who": "林知远",
        "text": "样品周一寄到即可，免费做一次小试。",
        "kind": "msg",
    },
    {"when": "昨天 10:05", "who": "管家", "text": "电话 12 分钟：企业愿意谈分期。"},
]
TABLE_HEAD = ["指标", "现在", "目标", "怎么验收"]
TABLE_ROWS = [
    ["出水含盐量", "8%–12%", "≤ 1%", "第三方检测，连续 7 天"],
    ["化学需氧量", "2 600 mg/L", "≤ 100 mg/L", "在线监测，按日均值"],
    ["吨水成本", "68 元", "≤ 35 元", "按电、药、人工三项核算"],
]
