"""Who looks at the pages of which pictures are made, and what they had asked for before."""

import time

from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from numberline import clock
from numberline.access.roles import SERVICE_DESK
from numberline.accounts.manage import add
from numberline.accounts.models import Grant, User
from numberline.audit.record import Cause
from numberline.jobs.models import Kind, Task
from numberline.jobs.tasks import ask
from numberline.tenants.models import Tenant
from tests.browser.shots import DESK, DESK_MAIL, FRESH, NOBODY, OWNER, RANGE, SECURED
from tests.portal.codes import set_up_app, sign_in
from tests.portal.people import PASSWORD, signed_in
from tests.support.passkey import Passkey

CAUSE = Cause("cli:anna", reason="They are new in the team.")


def looking(tenant: Tenant, base: str) -> dict[str, list[tuple[str, str]]]:
    """The cookies of everybody who looks."""
    secured = add("sam.okafor@contoso.example", clock.now(), CAUSE, owner=True)
    theirs = _signed_in(_with_password(secured, "Sam Okafor"), base)
    Authenticator.objects.create(
        pk=1_000, user=secured, type="webauthn", data={"name": "Laptop", "credential": Passkey().made()}
    )
    fresh = _with_password(add("mira.lind@contoso.example", clock.now(), CAUSE), "Mira Lind")
    desk = _with_password(add(DESK_MAIL, clock.now(), CAUSE), "Lena Ortiz")
    Grant.objects.create(
        user=desk,
        where=tenant,
        role=SERVICE_DESK.name,
        since=clock.now(),
        accepted_at=clock.now(),
        by="cli:anna",
    )
    clients = {
        NOBODY: signed_in(None),
        OWNER: signed_in(User.objects.get(email__startswith="demo@")),
        SECURED: theirs,
        FRESH: _signed_in(fresh, base, factor=False),
        DESK: _signed_in(desk, base),
    }
    return {
        who: [(name, cookie.value) for name, cookie in client.cookies.items()]
        for who, client in clients.items()
    }


AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def _with_password(user: User, name: str) -> User:
    user.name = name
    user.set_password(PASSWORD)
    user.save()
    return user


def _signed_in(user: User, base: str, *, factor: bool = True) -> Client:
    """Somebody who came in by their password, and set an authenticator app up unless told otherwise."""
    port = base.rpartition(":")[2]
    client = Client(SERVER_NAME="localhost", SERVER_PORT=port, headers={"user-agent": AGENT})
    sign_in(client, user.email, PASSWORD)
    if factor:
        set_up_app(client)
    client.get(reverse("account"))  # which shows what was said about that
    return client


def priya() -> User:
    """The colleague whom the demo knows."""
    return User.objects.get(name="Priya Nair")


def asked_for(tenant: Tenant) -> None:
    """Work that has been done when the pictures are made: a plan, a check of what works, everybody asked about a rule."""
    actor = f"portal:{User.objects.get(email__startswith='demo@').email}"
    rule = {"rule": 'City = "London"', "range": RANGE, "type": "", "priority": 100, "before": "", "who": ""}
    tasks = [
        ask(tenant, kind, arguments, actor=actor)
        for kind, arguments in (
            (Kind.PLAN, {}),
            (Kind.CHECK, {}),
            (Kind.VERIFY, {}),
            (Kind.RULE_ANSWER, rule),
        )
    ]
    for _ in range(600):
        if not Task.objects.of(tenant.pk).filter(pk__in=[task.pk for task in tasks], ended_at=None).exists():
            return
        time.sleep(0.1)
    raise TimeoutError("the loop has not done what was asked for")


def connected(like: Tenant) -> None:
    """One tenant more."""
    like.pk = None
    like.name, like.entra_id = "fabrikam", "0f1e2d3c-4b5a-4697-8877-665544332211"
    like.save()
