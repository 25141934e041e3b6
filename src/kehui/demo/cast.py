"""Who there is: organizations, the people in them, their teams and studios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

from kehui.demo.codes import credit_code
from kehui.demo.items import DemoOrganization, DemoPerson, DemoStudio, DemoTeam
from kehui.demo.names import RIVERS, UNIVERSITIES, brand, firm_name, person_name
from kehui.demo.phrases import Speaker
from kehui.demo.places import County
from kehui.demo.themes import Theme
from kehui.demo.trades import Cast, kind_of, theme_weights, voice_of, weight_in

UNIVERSITY_FIELDS = (
    ("农", ("现代农业", "食品轻纺")), ("医", ("医药健康",)), ("电子", ("电子信息",)),
    ("装备", ("装备制造",)), ("化工", ("能源化工", "先进材料")), ("材料", ("先进材料", "电子信息")),
    ("钒钛", ("先进材料", "能源化工")), ("轻工", ("食品轻纺",)), ("职业", ("装备制造", "现代农业")),
)  # fmt: skip
PROFESSOR = ("教授", "副教授", "副教授", "讲师", "研究员", "副研究员")
ENGINEER = ("正高级工程师", "高级工程师", "高级工程师", "工程师", "高级农艺师", "技术总监")
CONTACT = (
    "总经理",
    "厂长",
    "技术部部长",
    "生产副总",
    "总工程师",
    "研发主管",
    "车间主任",
    "项目经理",
)
FARM_CONTACT = ("理事长", "合作社负责人", "技术员", "场长", "村支部书记", "销售负责人")
PUBLIC_CONTACT = ("科室负责人", "副主任", "信息科科长", "后勤科科长", "设备科工程师", "业务股股长")
ROLES = ("试验", "工艺", "装备", "数据分析", "成果转化", "现场服务")


class Casting:
    """Invents everybody in a fixed order, so that the same seed gives the same people."""

    def __init__(
        self, rng: Random, *, counties: Sequence[County], themes: Sequence[Theme], at: datetime
    ) -> None:
        self.rng = rng
        self.counties = list(counties)
        self.themes = list(themes)
        self.at = at
        self.by_code = {each.code: each for each in counties}
        self.names: set[str] = set()
        self.weights = {each.code: theme_weights(each, themes) for each in counties}
        self.cast = Cast([], [], [], [], {})

    def run(self, *, organizations: int, people: int) -> Cast:
        """Return a cast of about these sizes; every county has two buyers and one supplier."""
        self._universities()
        self._institutes(max(1, organizations // 12))
        left = organizations - len(self.cast.organizations)
        suppliers = max(len(self.counties), round(left * 0.32))
        self._firms(suppliers, is_supplier=True)
        self._firms(left - suppliers, is_supplier=False)
        self._contacts()
        self._experts(people - len(self.cast.people))
        self._teams()
        self._studios()
        return self.cast

    def _universities(self) -> None:
        for name, code in UNIVERSITIES:
            fields = next((each for sign, each in UNIVERSITY_FIELDS if sign in name), None)
            fitting = [each for each in self.themes if fields is None or each.field in fields]
            strong = self.rng.sample(fitting, min(len(fitting), self.rng.randint(5, 10)))
            if code in self.by_code:
                self._organization(name, "university", code, strong, "8341", is_supplier=True)

    def _institutes(self, count: int) -> None:
        for number in range(count):
            theme = self.themes[number % len(self.themes)]
            ending = self.rng.choice(("研究所", "研究院", "工程技术研究中心", "产业技术研究院"))
            home = self._home(theme)
            name = self._fresh(partial(self._institute_name, f"{theme.institute}{ending}"))
            kind = "new_rd_body" if ending.startswith("产业") else "research_institute"
            self._organization(name, kind, home.code, [theme], "7320", is_supplier=True)

    def _institute_name(self, ending: str) -> str:
        return self.rng.choice(RIVERS) + ending

    def _firms(self, count: int, *, is_supplier: bool) -> None:
        weights = [each.weight for each in self.counties]
        rounds = self.counties * (1 if is_supplier else 2)
        rest = self.rng.choices(self.counties, weights, k=max(0, count - len(rounds)))
        for county in (rounds + rest)[:count]:
            theme = self.rng.choices(self.themes, self.weights[county.code])[0]
            endings = self._supplier_endings(theme) if is_supplier else theme.buyers
            ending = self.rng.choice(endings)
            name = self._fresh(partial(firm_name, self.rng, county, ending))
            themes = [theme]
            if is_supplier and self.rng.random() < 0.5:
                themes += self.rng.choices(self.themes, self.weights[county.code])
            industry = "7320" if is_supplier else theme.industry
            self._organization(
                name, kind_of(name), county.code, themes, industry, is_supplier=is_supplier
            )

    @staticmethod
    def _supplier_endings(theme: Theme) -> tuple[str, ...]:
        what = theme.institute
        general = (f"{what}科技有限公司", f"{what}技术服务有限公司", f"{what}工程有限公司")
        farm = (f"{what}技术推广服务中心", f"{what}技术服务专业合作社")
        return general + farm if theme.field == "现代农业" else (*general, "检测技术有限公司")

    def _organization(
        self,
        name: str,
        kind: str,
        region: str,
        themes: Sequence[Theme],
        industry: str,
        *,
        is_supplier: bool,
    ) -> None:
        number = len(self.cast.organizations)
        self.names.add(name)
        code_kind = "cooperative" if "合作社" in name and kind == "enterprise" else kind
        sizes = {"enterprise": ("micro", "small", "small", "small", "medium", "medium", "large")}
        size = self.rng.choice(sizes.get(kind, ("",)))
        self.cast.organizations.append(
            DemoOrganization(
                number=number,
                name=name,
                kind=kind,
                uscc=credit_code(self.rng, code_kind, region, number + 1),
                region=region,
                industry=industry,
                size="small" if code_kind == "cooperative" else size,
                themes=tuple(dict.fromkeys(each.key for each in themes)),
                joined_at=self._joined(),
                is_supplier=is_supplier,
            )
        )

    def _contacts(self) -> None:
        for each in self.cast.organizations:
            voice = voice_of(each.name)
            titles: tuple[str, ...] = CONTACT
            if voice != "firm":
                titles = FARM_CONTACT if voice == "coop" else PUBLIC_CONTACT
            if each.kind == "university":
                titles = ("成果转化中心主任", "科研处副处长")
            self.cast.contact_of[each.number] = self._person(each, self.rng.choice(titles), [])

    def _experts(self, count: int) -> None:
        suppliers = [each for each in self.cast.organizations if each.is_supplier]
        by_key = {each.key: each for each in self.themes}
        weights = [9.0 if each.kind == "university" else 1.6 for each in suppliers]
        drawn = self.rng.choices(suppliers, weights, k=max(0, count - len(suppliers)))
        for each in (suppliers + drawn)[: max(count, 0)]:
            is_academic = each.kind in {"university", "research_institute", "new_rd_body"}
            known = [by_key[key] for key in each.themes]
            themes = self.rng.sample(known, min(len(known), self.rng.choice((1, 1, 2))))
            title = self.rng.choice(PROFESSOR if is_academic else ENGINEER)
            self._person(each, title, themes)

    def _person(self, employer: DemoOrganization, title: str, themes: Sequence[Theme]) -> int:
        number = len(self.cast.people)
        disciplines = tuple(dict.fromkeys(code for each in themes for code in each.disciplines))
        self.cast.people.append(
            DemoPerson(
                number=number,
                name=person_name(self.rng, employer.region),
                title=title,
                employer=employer.number,
                region=employer.region,
                disciplines=disciplines[:4],
                is_expert=bool(themes),
                themes=tuple(each.key for each in themes),
                joined_at=max(employer.joined_at, self._joined()),
            )
        )
        return number

    def _teams(self) -> None:
        by_key = {each.key: each for each in self.themes}
        mates: dict[tuple[int | None, str], list[int]] = {}
        for each in self.cast.people:
            if each.is_expert:
                mates.setdefault((each.employer, each.themes[0]), []).append(each.number)
        for (host, key), members in mates.items():
            if len(members) < 3 or self.rng.random() < 0.4:
                continue
            chosen = members[: self.rng.randint(3, min(7, len(members)))]
            lead = self.cast.people[chosen[0]]
            roles = ["负责人", *self.rng.choices(ROLES, k=len(chosen) - 1)]
            words = self.rng.choice(by_key[key].techniques).words
            name = self.rng.choice(
                (f"{lead.name}团队", f"{words[0]}攻关团队", f"{by_key[key].institute}创新团队")
            )
            self.cast.teams.append(
                DemoTeam(
                    number=len(self.cast.teams),
                    name=name,
                    lead=chosen[0],
                    members=tuple(zip(chosen, roles, strict=True)),
                    host=host,
                    theme=key,
                    founded_at=lead.joined_at,
                )
            )

    def _studios(self) -> None:
        by_key = {each.key: each for each in self.themes}
        led = {each.lead: each for each in self.cast.teams}
        for person in self.cast.people:
            if not person.is_expert:
                continue
            team = led.get(person.number)
            keys = (team.theme,) if team else person.themes
            owner = team.name if team else person.name
            self._studio(owner, person, [by_key[key] for key in keys], team=team)
        for each in self.cast.organizations:
            if each.is_supplier and each.kind != "university" and self.rng.random() < 0.7:
                contact = self.cast.people[self.cast.contact_of[each.number]]
                themes = [by_key[key] for key in each.themes]
                self._studio(each.name, contact, themes, organization=each)

    def _studio(
        self,
        owner: str,
        person: DemoPerson,
        themes: Sequence[Theme],
        *,
        team: DemoTeam | None = None,
        organization: DemoOrganization | None = None,
    ) -> None:
        is_own = team is None and organization is None
        rng = self.rng
        techniques = [technique for theme in themes for technique in theme.techniques]
        chosen = rng.sample(techniques, min(len(techniques), rng.randint(2, 4)))
        skills = dict.fromkeys(word for each in chosen for word in each.words)
        self.cast.studios.append(
            DemoStudio(
                number=len(self.cast.studios),
                name=f"{owner}科创工作室"[:60] if not owner.endswith("公司") else owner,
                person=person.number if is_own else None,
                team=team.number if team else None,
                organization=organization.number if organization else None,
                region=person.region,
                directions=_directions(rng, themes, [each.words[0] for each in chosen]),
                skills=tuple(list(skills)[:10]),
                weekly_hours=rng.choice((4, 6, 8, 8, 10, 12, 16, 20, 40)) if is_own else None,
                reply_hours=round(min(160, rng.lognormvariate(2.6, 0.9))) or 1,
                opened_at=person.joined_at + timedelta(days=rng.randint(0, 20)),
                state="paused" if rng.random() < 0.04 else "open",
            )
        )

    def _home(self, theme: Theme) -> County:
        weights = [each.weight * weight_in(each, theme) for each in self.counties]
        return self.rng.choices(self.counties, weights)[0]

    def _joined(self) -> datetime:
        return self.at - timedelta(
            days=self.rng.randint(400, 1300), minutes=self.rng.randint(0, 600)
        )

    def _fresh(self, invent: Callable[[], str]) -> str:
        for _ in range(30):
            name = invent()
            if name not in self.names:
                return name
        return f"{name[:2]}{brand(self.rng)}{name[2:]}"


def _directions(rng: Random, themes: Sequence[Theme], words: Sequence[str]) -> str:
    speaker = Speaker(rng, {"t": "、".join(each.name for each in themes), "w": "、".join(words)})
    return speaker.say(
        rng.choice(
            (
                "主攻{t}，长于{w}。{愿意到一线去|欢迎带着样品来谈|先看现场再说话}。",
                "多年做{t}里的{w}，{承接诊断、改造和联合攻关|从小试到量产都做过|常年跑车间和基地}。",
                "{w}。服务对象以{t}的企业为主，{可签年度顾问|也带学生驻厂|县里有人常驻}。",
            )
        )
    )
