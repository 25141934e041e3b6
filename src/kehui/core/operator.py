"""What the operator says of itself: the settings of the machine, and what was changed since.

Changes are rows (`SiteWord`), written by `operations.services`. Every page asks, so a process
remembers them for half a minute: another process may show the old words for as long.
"""

from typing import Final

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import gettext_lazy as _

from kehui.core.models import SiteWord

REMEMBERED_SECONDS: Final = 30
REMEMBERED_AS: Final = "kehui.core.operator"
# By the name of the word: the setting that holds it until somebody changes it
SETTINGS: Final = {
    "brand": "BRAND",
    "tagline": "TAGLINE",
    "operator": "OPERATOR",
    "supporter": "SUPPORTER",
    "hotline": "HOTLINE",
    "hotline_hours": "HOTLINE_HOURS",
    "icp": "ICP",
    "police_record": "POLICE_RECORD",
    "site_code": "SITE_CODE",
    "map_review_no": "MAP_REVIEW_NO",
    "policy_profile": "POLICY_PROFILE",
}
LABELS: Final = {
    "brand": _("平台名称"),
    "tagline": _("名称下的一行"),
    "operator": _("主办单位"),
    "supporter": _("技术支持"),
    "hotline": _("服务热线"),
    "hotline_hours": _("热线时间"),
    "icp": _("ICP 备案号"),
    "police_record": _("公安备案号"),
    "site_code": _("政府网站标识码"),
    "map_review_no": _("审图号"),
    "policy_profile": _("政策档位"),
}


def words() -> dict[str, str]:
    """Return every word by its name, as it stands now."""
    remembered = caches["process"].get(REMEMBERED_AS)
    if remembered is None:
        remembered = dict(SiteWord.objects.values_list("name", "text"))
        caches["process"].set(REMEMBERED_AS, remembered, REMEMBERED_SECONDS)
    return {
        name: str(remembered.get(name, getattr(settings, setting)))
        for name, setting in SETTINGS.items()
    }


def forget() -> None:
    """Ask the database the next time."""
    cache = caches["process"]
    cache.delete(REMEMBERED_AS)
