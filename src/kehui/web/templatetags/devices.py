"""A browser and its machine, from what the browser says of itself."""

from django.template import Library
from django.utils.translation import gettext as _

register = Library()

# The first that occurs is meant: Edge calls itself Chrome, and Chrome calls itself Safari
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
MACHINES = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """Return the machine and the browser, as far as they are known."""
    found = [
        next((name for mark, name in marks if mark in user_agent), "")
        for marks in (MACHINES, BROWSERS)
    ]
    return " · ".join(filter(None, found)) or _("认不出的设备")
