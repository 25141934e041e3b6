"""The accounts that a demonstration signs in with: one for each role."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoAccount:
    """`organization` names the showcase whose contact signs in; else `name` is a new person."""

    username: str
    role: str  # for people
    name: str = ""
    title: str = ""
    seat: str = ""  # code of people.Seat.Role
    organization: str = ""
    level: int = 2
    is_staff: bool = False


ACCOUNTS = (
    DemoAccount("firm", "企业负责人（三条已发布的需求）", organization="pickle_firm"),
    DemoAccount("scientist", "科技工作者（个人工作室）", organization="salt_lab"),
    DemoAccount("team", "团队负责人（团队工作室）", organization="vision_lab"),
    DemoAccount("steward", "科服管家", name="邹敏知", title="科技服务专员", seat="steward"),
    DemoAccount("reviewer", "质量审核员", name="汤正衡", title="高级工程师", seat="reviewer"),
    DemoAccount(
        "operator", "平台运营与管理员", name="罗运昌", title="运营主管", seat="operator",
        is_staff=True,
    ),
    DemoAccount("visitor", "刚注册、未核验的会员", name="孙小满", title="合作社社员", level=1),
)  # fmt: skip
