"""What `kehui doctor`, `restore` and `prepare` say of the keys that seal personal data."""

from kehui.core.errors import Refused
from kehui.core.vault import safe
from kehui.people.models import PersonKey
from kehui.people.services import check_keys
from kehui.people.services.keys import unheld

Finding = dict[str, str]


def missing() -> Refused | None:
    """Return why the database's sealed data cannot be read at all, if so."""
    try:
        check_keys()
    except Refused as refusal:
        return refusal
    return None


def finding() -> Finding:
    said = {"code": "keys", "what": "个人信息的密钥", "verdict": "good", "advice": ""}
    if refusal := missing():
        return said | {"verdict": "bad", "found": f"{refusal} [{refusal.code}]"}
    try:
        count, lost = PersonKey.objects.count(), unheld()
        name = safe.holder().master()
    except Refused as refusal:
        return said | {"verdict": "bad", "found": f"{refusal} [{refusal.code}]"}
    if lost:
        advice = "把备份的密钥文件放回密钥文件夹，见 docs/operations/keys.md。"
        found = f"{lost} 个人的信息缺主密钥，读不出来"
        return said | {"verdict": "bad", "found": found, "advice": advice}
    return said | {"found": f"主密钥 {name}，{count} 个人有加密信息"}
