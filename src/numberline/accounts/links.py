"""One-time links: how somebody gets into an account the first time, or again after they lost their password.

A link works once. It dies with its use, with a newer one for the same, with the account, and at its end.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse

from numberline.accounts import attempts
from numberline.accounts.actor import in_portal
from numberline.accounts.models import Grant, Link, User
from numberline.tenants.models import Tenant

LIVES = timedelta(hours=48)


class LinkDead(Exception):
    """The link was used, was replaced by a newer one, or is over."""


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link that was made: its address, which is shown this once, and when it ends."""

    address: str
    ends_at: datetime


def make(
    user: User, at: datetime, by: str, *, grant: Grant | None = None, resets_factors: bool = False
) -> MadeLink:
    """Make a link for an account, or for a role that waits to be accepted. Earlier links for the same are over."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        Link.objects.filter(user=user, grant=grant).delete()
        link = Link.objects.create(
            user=user,
            grant=grant,
            digest=_digest(token),
            resets_factors=resets_factors,
            made_by=by[:200],
            made_at=at,
            ends_at=at + LIVES,
        )
    return MadeLink(settings.PORTAL_URL + reverse("account_link", args=[token]), link.ends_at)


def opened(token: str, at: datetime) -> Link:
    """The link of a token, as long as it lives. Raises LinkDead."""
    link = Link.objects.filter(digest=_digest(token), ends_at__gt=at)
    found = link.select_related("user", "grant__where").first()
    if found is None or not found.user.is_active:
        raise LinkDead
    return found


def use(token: str, password: str, at: datetime, *, name: str = "") -> User:
    """Set the password of the link's account, accept its role, and end all the account's sessions. Raises LinkDead."""
    with transaction.atomic():
        link, user = _held(token, at)
        if not link.sets_password:
            raise LinkDead
        if link.resets_factors:
            Authenticator.objects.filter(user=user).delete()
        _accept(link, at)
        Link.objects.filter(user=user, grant=None).delete()
        user.set_password(password)
        user.name = name or user.name
        user.epoch += 1
        user.save()
    attempts.forget(user.email)
    return user


def accept(token: str, user: User, at: datetime) -> Grant:
    """Accept the link's role, by whoever is signed in to the account that it is for. Raises LinkDead."""
    with transaction.atomic():
        link, owner = _held(token, at)
        if link.grant is None or owner != user:
            raise LinkDead
        grant = link.grant
        _accept(link, at)
    return grant


def recall(by: User, *, into: Tenant | None = None) -> None:
    """End the links that somebody made who may not make such any longer: those into a tenant, or all of them."""
    made = Link.objects.filter(made_by=in_portal(by))
    (made if into is None else made.filter(grant__where=into)).delete()


def _held(token: str, at: datetime) -> tuple[Link, User]:
    """A living link and its account, both locked until the transaction ends."""
    first = opened(token, at)
    user = User.objects.select_for_update().get(pk=first.user_id)
    link = Link.objects.select_for_update().filter(pk=first.pk).first()
    if link is None or not user.is_active:
        raise LinkDead
    link.user = user
    return link, user


def _accept(link: Link, at: datetime) -> None:
    if link.grant_id is not None:
        Grant.objects.filter(pk=link.grant_id, accepted_at=None).update(accepted_at=at)
    link.delete()


def tidy(at: datetime) -> None:
    """Remove links and sessions that are over, and attempts that count no longer."""
    Link.objects.filter(ends_at__lt=at).delete()
    Session.objects.filter(expire_date__lt=at).delete()
    attempts.forget_old(at)


def _digest(token: str) -> str:
    """The token is 256 random bits: no salt is needed against guessing."""
    return hashlib.sha256(token.encode()).hexdigest()
