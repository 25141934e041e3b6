"""Files that come with a page: several at once, judged by the service alone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehui.market.models.attachments import ENDINGS

LIMIT = _("PDF、JPEG、PNG、XLSX 或 DOCX，每个不超过 10 MB，最多 8 个。能看详情的人才能打开。")


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        del data  # files come beside it
        return files.getlist(name) if hasattr(files, "getlist") else []


class FilesInput(forms.Field):
    """What was chosen, as it came. The service says which of them it takes, one by one."""

    shape = "files"
    widget = ManyFiles

    def __init__(self, **options: Any) -> None:
        accepted = ",".join(ending for endings in ENDINGS.values() for ending in endings)
        widget = ManyFiles(attrs={"multiple": True, "accept": accepted})
        super().__init__(widget=widget, help_text=LIMIT, **options)

    def clean(self, value: Any) -> Any:
        return value
