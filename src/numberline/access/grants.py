"""Giving, changing and taking away roles in a tenant. Nobody gives, changes or takes away more than they hold.

Every verb is told what role whoever asks holds there (the command line holds all of them), and records what it did in
the tenant's audit trail.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from numberline.access.roles import ADMINISTRATOR, GRANTABLE, OWNER, Role, role_named
from numberline.accounts import links
from numberline.accounts.links import MadeLink
from numberline.accounts.manage import AccountRefused, address_of, found_or_new
from numberline.accounts.models import Grant, Link, User
from numberline.audit.record import Cause, Fact, record
from numberline.tenants.models import Tenant


class GrantRefused(AccountRefused):
    """A role can't be given, changed or taken away like this. The message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who gives or takes a role: the role that they hold in the tenant, and their account if they have one."""

    role: Role
    user: User | None = None


AT_TERMINAL = Asker(OWNER)


def invite(tenant: Tenant, address: str, role: Role, asker: Asker, at: datetime, cause: Cause) -> MadeLink:
    """Invite whoever has this mail address to a role, and make them an account if they have none.

    The link is shown once, for whoever invites to hand over: the role is theirs when they open it. An account that is
    in use asks for its own sign-in then; one that is new is given its password. Whoever invites can't tell by the
    answer which of them it was.
    """
    email = address_of(address)
    _refuse_more_than_held(asker, role)
    with transaction.atomic():
        _locked(tenant)
        user, _made = found_or_new(email, at)
        _refuse_who_is_there(tenant, user)
        grant = _give(tenant, user, role, at, cause, accepted=False)
        return links.make(user, at, cause.actor, grant=grant)


def invite_again(tenant: Tenant, grant_id: int, asker: Asker, at: datetime, cause: Cause) -> MadeLink:
    """A new link for a role that was not accepted yet; the one before is over."""
    with transaction.atomic():
        _locked(tenant)
        grant = _grant(tenant, grant_id)
        _refuse_more_than_held(asker, role_named(grant.role))
        if grant.accepted_at is not None:
            raise GrantRefused(
                f"{grant.user} has come in already: a new password is for the owners to make possible"
            )
        record(
            tenant.pk,
            at,
            cause,
            Fact("role", after=_fact(grant.user, role_named(grant.role)), code="invited_again"),
        )
        return links.make(grant.user, at, cause.actor, grant=grant)


def give(tenant: Tenant, user: User, role: Role, asker: Asker, at: datetime, cause: Cause) -> bool:
    """Give somebody a role in a tenant, in place of the one that they had. False when they have it already.

    For owners and the command line: it needs no accepting, so links that others handed out into an account that
    nobody has used yet are over.
    """
    with transaction.atomic():
        _locked(tenant)
        if not user.was_used:
            Link.objects.filter(user=user, grant__isnull=False).delete()
        grant = Grant.objects.filter(where=tenant, user=user).first()
        if grant is not None:
            return _change(tenant, grant, role, asker, at, cause)
        _refuse_more_than_held(asker, role)
        _refuse_who_is_there(tenant, user)
        _give(tenant, user, role, at, cause, accepted=True)
    return True


def change(tenant: Tenant, grant_id: int, role: Role, asker: Asker, at: datetime, cause: Cause) -> bool:
    """Give a member of the team another role. False when they have it already."""
    with transaction.atomic():
        _locked(tenant)
        return _change(tenant, _grant(tenant, grant_id), role, asker, at, cause)


def take_away(tenant: Tenant, grant_id: int, asker: Asker, at: datetime, cause: Cause) -> User:
    """Take somebody's role in the tenant away; gives who that was. Their account stays."""
    with transaction.atomic():
        _locked(tenant)
        grant = _grant(tenant, grant_id)
        before = role_named(grant.role)
        _refuse_more_than_held(asker, before)
        _refuse_the_last(tenant, grant, None, asker)
        grant.delete()
        links.recall(grant.user, into=tenant)
        record(tenant.pk, at, cause, Fact("role", before=_fact(grant.user, before), code="taken_away"))
    return grant.user


def grant_of(tenant: Tenant, user: User) -> Grant:
    """Somebody's role in a tenant. Raises GrantRefused when they have none."""
    found = Grant.objects.filter(where=tenant, user=user).first()
    if found is None:
        raise GrantRefused(f"{user} has no role in {tenant.name}: there is nothing to take away")
    return found


def role_for(name: str) -> Role:
    """A role that can be given, by its name. Raises GrantRefused."""
    for role in GRANTABLE:
        if role.name == name.strip().lower().replace("-", "_").replace(" ", "_"):
            return role
    raise GrantRefused(f"there is no role {name!r}: use one of {', '.join(role.name for role in GRANTABLE)}")


def _change(tenant: Tenant, grant: Grant, role: Role, asker: Asker, at: datetime, cause: Cause) -> bool:
    before = role_named(grant.role)
    _refuse_more_than_held(asker, before)
    _refuse_more_than_held(asker, role)
    if before is role:
        return False
    _refuse_the_last(tenant, grant, role, asker)
    grant.role, grant.since, grant.by = role.name, at, cause.actor[:200]
    grant.save(update_fields=["role", "since", "by"])
    if not role.covers(before):
        links.recall(grant.user, into=tenant)
    facts = Fact("role", before=_fact(grant.user, before), after=_fact(grant.user, role), code="changed")
    record(tenant.pk, at, cause, facts)
    return True


def _give(tenant: Tenant, user: User, role: Role, at: datetime, cause: Cause, *, accepted: bool) -> Grant:
    grant = Grant.objects.create(
        user=user,
        where=tenant,
        role=role.name,
        since=at,
        by=cause.actor[:200],
        accepted_at=at if accepted else None,
    )
    code = "given" if accepted else "invited"
    record(tenant.pk, at, cause, Fact("role", after=_fact(user, role), code=code))
    return grant


def _fact(user: User, role: Role) -> dict[str, str]:
    return {"account": user.email, "role": role.name}


def _locked(tenant: Tenant) -> None:
    """One change of a team at a time, so that no two administrators can each be the last to go."""
    # Also one that somebody retired a moment ago: what was begun there ends in good order.
    Tenant.everyone.select_for_update().get(pk=tenant.pk)


def _grant(tenant: Tenant, grant_id: int) -> Grant:
    found = Grant.objects.filter(where=tenant, pk=grant_id).select_related("user").first()
    if found is None:
        raise GrantRefused("this role was taken away meanwhile: look at the team again")
    return found


def _refuse_more_than_held(asker: Asker, role: Role) -> None:
    if not asker.role.covers(role):
        raise GrantRefused(f"{role.title} is more than you hold here: ask somebody who has that role")


def _refuse_who_is_there(tenant: Tenant, user: User) -> None:
    if user.owner:
        raise GrantRefused(f"{user} is an owner of the installation, who has every role here already")
    if Grant.objects.filter(where=tenant, user=user).exists():
        raise GrantRefused(f"{user} has a role in {tenant.name} already: change it there")


def _refuse_the_last(tenant: Tenant, grant: Grant, role: Role | None, asker: Asker) -> None:
    """An administrator can't leave a team without one. Owners can: they are administrators everywhere."""
    stays = grant.role != ADMINISTRATOR.name or role is ADMINISTRATOR or grant.accepted_at is None
    if asker.role is OWNER or stays:
        return
    others = Grant.objects.filter(
        where=tenant, role=ADMINISTRATOR.name, user__is_active=True, accepted_at__isnull=False
    )
    if not others.exclude(pk=grant.pk).exists():
        raise GrantRefused(
            f"{grant.user} is the last administrator of {tenant.name}: make somebody else an administrator first"
        )
