"""Files that an author puts beside an item (佐证材料、附件)."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.market.models.items import Item
from kehui.people.models import Person

MOST_FILES: Final = 8
MOST_BYTES: Final = 10 * 2**20
# By what a file is, the ending it gets when its own says something else
ENDINGS: Final = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
}


class Attachment(models.Model):
    """A file of an item: its name as given. The content lies outside of the database, by its hash.

    Two items with the same content share it (`selectors.attachments.path_of`).
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(_("文件名"), max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("大小"))  # bytes
    media_type = models.CharField(_("格式"), max_length=80)  # of the content, never of the name
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "sha256"], name="an_item_has_a_file_once"),
            models.CheckConstraint(
                condition=Q(size__range=(1, MOST_BYTES)), name="a_file_is_neither_empty_nor_huge"
            ),
            models.CheckConstraint(
                condition=Q(media_type__in=[*ENDINGS]), name="a_file_is_of_a_known_type"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="a_content_has_a_whole_hash"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def safe_name(self) -> str:
        """Return the name with an ending that says what the content is."""
        endings = ENDINGS[self.media_type]
        return self.name if self.name.lower().endswith(endings) else f"{self.name}{endings[0]}"
