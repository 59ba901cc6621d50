"""Accounts as a whole: made, deactivated, made owner. What changes who may act in a tenant is in that tenant's trail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from numberline.accounts import links
from numberline.accounts.models import Grant, Link, User
from numberline.audit.record import Cause, Fact, record
from numberline.tenants.models import Tenant


class AccountRefused(Exception):
    """It can't be done with this account. The message is one sentence that says what to do."""


class AccountUnknown(AccountRefused):
    """There is no account with this address."""


def address_of(text: str) -> str:
    """A mail address as accounts are known by it. Raises AccountRefused when it is none."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise AccountRefused("that is not a mail address: give one such as anna@contoso.example") from None
    if len(address) > 254:
        raise AccountRefused("that mail address is too long: at most 254 characters")
    return address


def account_named(text: str) -> User:
    """The account of a mail address. Raises AccountUnknown."""
    found = User.objects.filter(email=text.strip().lower()).first()
    if found is None:
        raise AccountUnknown(
            f"there is no account {text.strip()}: numberline account list shows which there are"
        )
    return found


def add(text: str, at: datetime, cause: Cause, *, owner: bool = False) -> User:
    """Make an account that nobody can sign in to yet: a one-time link sets its password. Raises AccountRefused."""
    address = address_of(text)
    with transaction.atomic():
        user, made = found_or_new(address, at)
        if not made:
            raise AccountRefused(
                f"{address} has an account already: numberline account link makes a new link for it"
            )
        if owner:
            user.owner = True
            user.save(update_fields=["owner"])
            _tell(user, at, cause, {"owner": False}, {"owner": True})
    return user


def found_or_new(address: str, at: datetime) -> tuple[User, bool]:
    """The account of an address, and whether it was made now: then it has no password yet."""
    return User.objects.get_or_create(
        email=address, defaults={"created_at": at, "password": make_password(None)}
    )


def set_active(user: User, active: bool, at: datetime, cause: Cause) -> bool:
    """Let somebody sign in again, or no longer: then their sessions, their links and those that they made for others
    are over at once.

    False when it was so already. Raises AccountRefused for the last owner.
    """
    with transaction.atomic():
        row, owners = _locked(user)
        if row.is_active == active:
            return False
        if not active:
            _refuse_the_last(row, owners)
            row.epoch += 1
            Link.objects.filter(user=row).delete()
            links.recall(row)
        row.is_active = active
        row.save(update_fields=["is_active", "epoch"])
        _tell(row, at, cause, {"active": not active}, {"active": active})
    user.is_active, user.epoch = row.is_active, row.epoch
    return True


def set_owner(user: User, owner: bool, at: datetime, cause: Cause) -> bool:
    """Make somebody an owner of the installation, or take that away. False when it was so already.

    Raises AccountRefused for the last owner.
    """
    with transaction.atomic():
        row, owners = _locked(user)
        if row.owner == owner:
            return False
        if not owner:
            _refuse_the_last(row, owners)
            links.recall(row)
        # Whoever was handed a link into a tenant must not come into all of them by it.
        if not row.was_used:
            Link.objects.filter(user=row, grant__isnull=False).delete()
        row.owner = owner
        row.save(update_fields=["owner"])
        _tell(row, at, cause, {"owner": not owner}, {"owner": owner}, everywhere=True)
    user.owner = row.owner
    return True


def end_sessions(user: User) -> None:
    """End every session of this account, in whatever browser. The one that asks is kept by
    `update_session_auth_hash`."""
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        row.epoch += 1
        row.save(update_fields=["epoch"])
    user.epoch = row.epoch


def note_link(user: User, at: datetime, cause: Cause, *, resets_factors: bool) -> None:
    """Record that a link was made which lets whoever has it into this account."""
    with transaction.atomic():
        _tell(
            user, at, cause, {}, {"link": "with new second factors" if resets_factors else "for the password"}
        )


def _locked(user: User) -> tuple[User, list[int]]:
    """The account and the active owners, locked together and in one order, so that no two can be the last to go."""
    owners = list(
        User.objects.select_for_update()
        .filter(owner=True, is_active=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return User.objects.select_for_update().get(pk=user.pk), owners


def _refuse_the_last(user: User, owners: list[int]) -> None:
    if owners == [user.pk]:
        raise AccountRefused(
            f"{user} is the last owner of the installation: make somebody else an owner first"
        )


def _tell(
    user: User,
    at: datetime,
    cause: Cause,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    everywhere: bool = False,
) -> None:
    """Record it in the trail of each tenant in which this account may act."""
    name = {"account": user.email}
    for tenant in _tenants(user, everywhere=everywhere or user.owner):
        record(tenant, at, cause, Fact("account", before=name | before if before else {}, after=name | after))


def _tenants(user: User, *, everywhere: bool) -> Iterable[int]:
    if everywhere:
        return Tenant.objects.order_by("pk").values_list("pk", flat=True)
    return Grant.objects.filter(user=user).order_by("where_id").values_list("where_id", flat=True)
