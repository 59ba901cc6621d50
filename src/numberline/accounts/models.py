"""People who sign in, and where each of them has which role."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from numberline.tenants.models import Tenant


class Users(BaseUserManager["User"]):
    """Accounts, found by their mail address whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of a mail address; User.DoesNotExist if there is none."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who signs in to the portal, known by their mail address (kept in lower case).

    An `owner` of the installation holds every role in every tenant. Who is not `is_active` can't sign in; their rows
    stay, because the audit trail names them.
    """

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=150, blank=True, default="")
    owner = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[Users] = Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the mail address in lower case, so that nobody has two accounts by spelling."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.email


class Grant(models.Model):
    """A role that somebody has in a tenant: one for each of the two at most.

    The tenant's column is not called `tenant`, because the row belongs to the account as much as to the tenant: it is
    what the wall between tenants is decided by, and so can't stand behind it (numberline.scope).
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    where = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20)
    since = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "where"), name="one_role_in_a_tenant"),)

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.where}"
