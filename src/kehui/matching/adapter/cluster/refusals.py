"""Why a cluster that was asked for cannot be used. The local index answers meanwhile."""

from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused


class RayAddressMalformed(Refused):
    status = 503
    code = "RAY_ADDRESS_FORM"
    message = _(
        "KEHUI_RAY_ADDRESS 写得不对：“{address}”。正确的形式：主机:端口。"
        "现由本机索引回答，结果完整。"
    )
    message_en = (
        "KEHUI_RAY_ADDRESS is malformed: “{address}”. It looks like host:port. "
        "The index of this machine answers meanwhile, completely."
    )


class RayMissing(Refused):
    status = 503
    code = "RAY_NOT_INSTALLED"
    message = _(
        "设置了 KEHUI_RAY_ADDRESS，但没有安装 Ray。请执行 pip install 'kehui[ray]'。"
        "现由本机索引回答，结果完整。"
    )
    message_en = (
        "KEHUI_RAY_ADDRESS is set, but Ray is not installed: pip install 'kehui[ray]'. "
        "The index of this machine answers meanwhile, completely."
    )


class ClusterUnreachable(Refused):
    status = 503
    code = "RAY_UNREACHABLE"
    message = _(
        "连不上 KEHUI_RAY_ADDRESS 指定的集群“{address}”：{why}。请检查地址、网络和 ray status。"
        "现由本机索引回答，结果完整。"
    )
    message_en = (
        "The cluster of KEHUI_RAY_ADDRESS, “{address}”, does not answer: {why}. Check the address, "
        "the network and ray status. The index of this machine answers meanwhile, completely."
    )


CLUSTER_UNUSABLE = (RayAddressMalformed, RayMissing, ClusterUnreachable)
