"""The open interface, version 1: what the pages show and do, for programs.

Every address asks for a personal token; docs/recipes/api.md shows how to begin.
"""

from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.docs import Swagger
from ninja.renderers import JSONRenderer

from kehui.api.v1 import market, matching, nowhere, people, problems
from kehui.api.v1.door import ReadToken

DESCRIPTION = """\
科技供需市场的开放接口。网页能看、能做的，程序也能：同样的权限，同样的规则。

- **令牌**：在“我的 → 设置 → 令牌”里建一个，放进请求头 `Authorization: Bearer …`。
- **写入**：每次都带 `Idempotency-Key`（自己生成，如 UUID）。超时后用同一个键重发，不会做两次。
- **出错**：`application/problem+json`，`code` 不变，`detail` 中文，`detail_en` 英文，
  `errors` 逐处列出。
- **翻页**：把上一页的 `next` 原样放进 `cursor`；翻页途中新增的条目不会打乱次序。
- **单位**：钱是整数分；地区是 GB/T 2260 代码；时刻是带时区的 ISO 8601。

Money is integer fen, regions are GB/T 2260 codes, instants are ISO 8601 with zone, every `Refused`
is a problem document with a stable code.
"""


class Chinese(JSONRenderer):
    """JSON in which Chinese can be read, also on a terminal."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="Kehui",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api-v1",
    auth=ReadToken(),
    renderer=Chinese(),
    # A null validator: the page would otherwise ask a third party's host to check our schema.
    docs=Swagger({"validatorUrl": None, "docExpansion": "list", "persistAuthorization": False}),
    docs_decorator=require_safe,
)
problems.speak_problems(api)
for part in (market, matching, people, nowhere):  # nowhere last: it answers to everything
    api.add_router("", part.router)
