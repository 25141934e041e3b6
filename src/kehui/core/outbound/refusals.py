"""Why a question does not leave this machine, or comes back without an answer."""

from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused


class AddressMalformed(Refused):
    """The address can be read in two ways, or in none."""

    code = "OUTBOUND_ADDRESS"
    message = _(
        "这个网址不能用。请写成“https://主机名/路径”：不带账号、空格和“#”，"
        "数字地址写成四段十进制，中文域名写成 xn-- 的形式。"
    )
    message_en = (
        "This address cannot be used. Write https://host/path: no user name, space or #, "
        "a numeric address in four decimal parts, an international name in its xn-- form."
    )


class PlaceNotListed(Refused):
    """Nobody allowed this host, this port, or a line without encryption to it."""

    code = "OUTBOUND_NOT_LISTED"
    message = _("平台不向“{host}”发送数据。请运营者把它写进设置 KEHUI_OUTBOUND。")
    message_en = "Nothing is sent to {host}. The operator may list it in KEHUI_OUTBOUND."
    status = 403


class PlaceForbidden(Refused):
    """The name leads into our own network, to a metadata service, or to no single machine."""

    code = "OUTBOUND_FORBIDDEN"
    message = _("“{host}”指向内部网络或保留地址，平台不向那里发送数据。")
    message_en = "{host} leads to an internal or reserved address; nothing is sent there."
    status = 403


class ListMalformed(Refused):
    code = "OUTBOUND_SETTING"
    message = _(
        "设置 KEHUI_OUTBOUND 里的“{found}”应写成主机名、*.域名、主机名:端口"
        "或 http://主机名；多个之间用逗号。"
    )
    message_en = (
        "In the setting KEHUI_OUTBOUND, “{found}” should be a host, *.domain, host:port or "
        "http://host, with commas between several."
    )


class NoAnswer(Exception):  # noqa: N818 - a state that callers handle, never people
    """Nobody answered, or not within the limits.

    `code` is TIMEOUT, UNREACHABLE or TOO_LARGE; `why` names the error, never the address.
    """

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(f"{code} {why}".strip())
        self.code = code
        self.why = why
