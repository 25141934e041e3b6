"""Ways in: accounts, personal tokens, and the tries that a throttle counts."""

import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehui.people.models.organizations import Organization
from kehui.people.models.persons import Person


class AccountManager(BaseUserManager["Account"]):
    """How Django finds and makes accounts; each comes with its person, whom every page names."""

    def get_queryset(self) -> models.QuerySet["Account"]:
        return super().get_queryset().select_related("person")

    def create_user(self, username: str, password: str, **fields: Any) -> "Account":
        account = self.model(username=self.model.normalize_username(username), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, username: str, password: str, **fields: Any) -> "Account":
        fields |= {"is_staff": True, "is_superuser": True}
        return self.create_user(username, password, **fields)


class Account(AbstractBaseUser, PermissionsMixin):
    """The way a person signs in (账号). One person has at most one here."""

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="account"
    )
    username = models.CharField(_("用户名"), max_length=40, unique=True)
    is_active = models.BooleanField(_("可用"), default=True)
    is_staff = models.BooleanField(_("可进原始数据后台"), default=False)
    elder_mode = models.BooleanField(_("长辈版"), default=False)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    created_at = models.DateTimeField(_("注册时间"), null=True)
    acting_for = models.ForeignKey(
        Organization,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("当前代表的单位"),
    )

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    def __str__(self) -> str:
        return self.username

    @property
    def shown_name(self) -> str:
        return self.person.name if self.person else self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Return the one form under which a username is kept: width and case folded."""
        return unicodedata.normalize("NFKC", username).strip().casefold()


class ApiToken(models.Model):
    """A key with which a person's program signs in (个人令牌). We keep its hash, never the key.

    The key is 256 random bits, so a plain SHA-256 is enough: nobody can guess it, and every
    request looks one up.
    """

    class Scope(models.TextChoices):
        READ = "read", _("读取")
        PUBLISH = "publish", _("发布与撤回")
        METRICS = "metrics", _("读取运行指标")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("名称"), max_length=40)
    hash = models.BinaryField(max_length=32, unique=True)
    prefix = models.CharField(_("开头"), max_length=12, blank=True)  # by which its owner knows it
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices), default=list)
    created_at = models.DateTimeField(_("创建时间"))
    last_used_at = models.DateTimeField(_("上次使用"), null=True, blank=True)
    last_used_from = models.CharField(_("上次使用的网段"), max_length=43, blank=True)
    expires_at = models.DateTimeField(_("到期时间"))
    warned_at = models.DateTimeField(_("到期提醒时间"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_token_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CallCount(models.Model):
    """How often a token was used in the minute that began last (调用次数). One row per token."""

    token = models.OneToOneField(
        ApiToken, on_delete=models.CASCADE, primary_key=True, related_name="calls"
    )
    minute = models.DateTimeField(_("从这一分钟起"))
    count = models.PositiveIntegerField(_("次数"), default=0)

    def __str__(self) -> str:
        return f"{self.token} {self.count}"


class Try(models.Model):
    """One try to sign in or to sign up, counted for some minutes and then forgotten.

    `subject` is a hash: neither usernames that do not exist nor addresses are kept.
    """

    subject = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "at"], name="tries_of_a_subject_by_time")]

    def __str__(self) -> str:
        return self.subject
