"""Who people are to each other: kinds, voices, and how much of a trade a county has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kehui.demo.items import DemoOrganization, DemoPerson, DemoStudio, DemoTeam
from kehui.demo.places import County
from kehui.demo.themes import Theme

AT_HOME, AT_HOME_IN_COUNTY = 8.0, 20.0
PUBLIC_ENDINGS = (
    "局",
    "中心",
    "站",
    "医院",
    "管理所",
    "管理处",
    "学校",
    "小学",
    "中学",
    "馆",
    "社区",
)
FARM_ENDINGS = ("合作社", "家庭农场", "联合社", "联合会", "牧场", "养殖场", "林场", "坊")


@dataclass
class Cast:
    """Everybody, with the counties they live in."""

    organizations: list[DemoOrganization]
    people: list[DemoPerson]
    teams: list[DemoTeam]
    studios: list[DemoStudio]
    contact_of: dict[int, int]  # organization to the person who acts for it


def kind_of(name: str) -> str:
    """Return the kind that an organization's name says it is."""
    if name.endswith("联合社"):
        return "village_collective"
    if name.endswith(("坊", "家庭农场", "工作室")):
        return "individual_business"
    if name.endswith("局"):
        return "government"
    if name.endswith(PUBLIC_ENDINGS):
        return "public_institution"
    return "enterprise"


def voice_of(name: str) -> str:
    """Return how people of such an organization speak: firm, coop or public."""
    if name.endswith(FARM_ENDINGS):
        return "coop"
    return "public" if name.endswith(PUBLIC_ENDINGS) else "firm"


def theme_weights(county: County, themes: Sequence[Theme]) -> list[float]:
    """Return how much of each trade there is in the county."""
    return [weight_in(county, theme) for theme in themes]


def weight_in(county: County, theme: Theme) -> float:
    """Return how common the trade is in the county."""
    if county.code in theme.homes:
        return AT_HOME_IN_COUNTY
    return AT_HOME if county.code[:4] in theme.homes else theme.spread
