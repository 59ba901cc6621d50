"""People who sign in, where each of them has which role, and what is remembered so that nobody else comes in."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from numberline.tenants.models import Tenant


class Users(BaseUserManager["User"]):
    """Accounts, found by their mail address whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of a mail address; User.DoesNotExist if there is none."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who signs in to the portal, known by their mail address (kept in lower case).

    An `owner` of the installation holds every role in every tenant. Who is not `is_active` can't sign in; their rows
    stay, because the audit trail names them. Sessions are of an `epoch`: with the next one all of them are over.
    """

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=150, blank=True, default="")
    owner = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    epoch = models.PositiveIntegerField(default=0)

    objects: ClassVar[Users] = Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the mail address in lower case, so that nobody has two accounts by spelling."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    @property
    def was_used(self) -> bool:
        """Whether somebody has come into this account, or could with a password of their own."""
        return self.last_login is not None or self.has_usable_password()

    def get_session_auth_hash(self) -> str:
        """What a session must carry to go on: it changes with the password and with the epoch."""
        return self._of_epoch(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under earlier secret keys."""
        for each in super().get_session_auth_fallback_hash():
            yield self._of_epoch(each)

    def _of_epoch(self, text: str) -> str:
        return salted_hmac("numberline.session", f"{text}:{self.epoch}", algorithm="sha256").hexdigest()

    def __str__(self) -> str:
        return self.email


class Grant(models.Model):
    """A role that somebody has in a tenant: one for each of the two at most.

    The tenant's column is not called `tenant`, because the row belongs to the account as much as to the tenant: it is
    what the wall between tenants is decided by, and so can't stand behind it (numberline.scope).

    It gives nothing until it is accepted, by a link that only whoever was invited is handed: an account that somebody
    made elsewhere under another's address gets nowhere by it. Before that the team is told nothing of them but their
    address: not even that they had an account already.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    where = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20)
    since = models.DateTimeField()
    by = models.CharField(max_length=200)
    accepted_at = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "where"), name="one_role_in_a_tenant"),)

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.where}"


class Link(models.Model):
    """A one-time link. Only its digest is kept, so that nobody who reads the database can use it.

    Without a `grant` it sets the password of the account. With one it accepts that role; it sets the password too as
    long as the account was never used.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="links")
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, null=True, default=None, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    resets_factors = models.BooleanField(default=False)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    @property
    def sets_password(self) -> bool:
        """Whether whoever has it chooses the password of the account."""
        return self.grant_id is None or not self.user.was_used

    def __str__(self) -> str:
        return f"a link for {self.user}"


class Attempt(models.Model):
    """Somebody tried to come in, and failed or has not succeeded yet (numberline.accounts.attempts)."""

    what = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("what", "key", "at"), name="attempts_of_a_key"),)

    def __str__(self) -> str:
        return f"{self.what} at {self.at}"
