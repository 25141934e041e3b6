"""The vectors of items' texts, and how far a plugged encoder has come with them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kehui.market.models import Item


class Embedding(models.Model):
    """The vector of an item's text, made once per revision and encoder (文本向量).

    While one encoder replaces another, an item has a vector of each.
    """

    item = models.ForeignKey(
        Item, on_delete=models.CASCADE, db_index=False, related_name="embeddings"
    )
    encoder = models.CharField(_("编码器"), max_length=80)
    revision = models.PositiveIntegerField(_("修订"))
    vector = models.BinaryField(_("向量"))  # little-endian float32, as many as the encoder's width

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "encoder"], name="one_vector_per_item_and_encoder"
            ),
        ]
        indexes = [models.Index(fields=["encoder", "item"], name="vectors_of_an_encoder")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.encoder}"


class EncoderProgress(models.Model):
    """How far a plugged encoder has come through all that is published (编码进度).

    `finished_at` is empty until it has once seen everything: before that it does not serve.
    """

    encoder = models.CharField(_("编码器"), max_length=80, primary_key=True)
    dimension = models.PositiveIntegerField(_("维数"), default=0)  # 0: not known yet
    cursor = models.PositiveBigIntegerField(_("做到的编号"), default=0)
    made = models.PositiveBigIntegerField(_("已做向量"), default=0)
    refused = models.PositiveIntegerField(_("这一轮做不成的"), default=0)
    failures = models.PositiveIntegerField(_("失败次数"), default=0)
    error = models.CharField(_("最近一次失败"), max_length=300, blank=True)
    failed_at = models.DateTimeField(_("最近失败的时间"), null=True, blank=True)
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("首次做完的时间"), null=True, blank=True)
    caught_up_at = models.DateTimeField(_("最近补做的时间"), null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.encoder} {self.cursor}"
