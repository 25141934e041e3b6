"""Why a job of the queue failed: the queue itself keeps only that it did."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobFailure(models.Model):
    """How the last run of a task ended that did not succeed (任务失败).

    Kept is the kind of error, never its text, which may quote what a person wrote.
    """

    class Reason(models.TextChoices):
        REFUSED = "refused", _("平台规则不允许，见代码")
        DATABASE = "database", _("数据库当时连不上或太忙，通常下一轮就好")
        DISK = "disk", _("磁盘写不进去：先看空间和权限")
        NETWORK = "network", _("外部服务没有答复")
        PROGRAM = "program", _("程序出错，请把代码报给技术支持")

    task = models.CharField(_("任务"), max_length=128, primary_key=True)
    reason = models.CharField(_("原因"), max_length=10, choices=Reason.choices)
    code = models.CharField(_("代码"), max_length=80)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("任务失败")

    def __str__(self) -> str:
        return f"{self.task} {self.code}"
