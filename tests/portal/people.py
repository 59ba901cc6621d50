"""Those who sign in: one account for each role in a tenant, and one with no role there."""

from functools import cache

from django.contrib.auth.hashers import make_password
from django.test import Client

from numberline.access.roles import OWNER, Role
from numberline.accounts.models import Grant, User
from numberline.tenants.models import Tenant
from tests.factories import NOW

PASSWORD = "correct horse battery staple"


def somebody(email: str, **fields: object) -> User:
    """An account whose password is `PASSWORD`."""
    return User.objects.create(email=email, created_at=NOW, password=_hashed(), **fields)


@cache
def _hashed() -> str:
    """Once for all accounts: it takes a while, as it must."""
    return make_password(PASSWORD)


def somebody_with(role: Role | None, tenant: Tenant) -> User:
    """An account with that role in the tenant; None: with no role there."""
    name = "nobody" if role is None else role.name
    user = somebody(f"{name}@example.org", owner=role is OWNER)
    if role is not None and role is not OWNER:
        Grant.objects.create(
            user=user, where=tenant, role=role.name, since=NOW, accepted_at=NOW, by="cli:anna"
        )
    return user


def signed_in(user: User | None) -> Client:
    """A browser in which somebody is signed in; None: nobody."""
    client = Client(enforce_csrf_checks=False)
    if user is not None:
        client.force_login(user)
    return client
