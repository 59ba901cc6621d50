"""Who can sign in to the demo's portal. The password is made anew each time and is of use in the demo alone."""

import secrets
from dataclasses import dataclass

from numberline import clock
from numberline.access.grants import AT_TERMINAL, give
from numberline.access.roles import RANGE_MANAGER
from numberline.accounts.manage import add
from numberline.accounts.models import User
from numberline.audit.record import Cause
from numberline.simulator import names
from numberline.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class SignIn:
    """What to type on the sign-in page."""

    email: str
    password: str


def owner(domain: str, cause: Cause) -> SignIn:
    """An account that may do everything, made for this demo."""
    words = (secrets.choice(names.SURNAMES).lower().translate(names.PLAIN) for _ in range(4))
    sign_in = SignIn(f"demo@{domain}", "-".join(words))
    user = add(sign_in.email, clock.now(), cause, owner=True)
    user.set_password(sign_in.password)
    user.save()
    return sign_in


def colleague(tenant: Tenant, domain: str) -> User:
    """Somebody whose work of the last month stands in the trail; nobody can sign in as them."""
    cause = Cause(f"portal:demo@{domain}")
    user = add(f"priya.nair@{domain}", clock.now(), cause)
    user.name = "Priya Nair"
    user.save()
    give(tenant, user, RANGE_MANAGER, AT_TERMINAL, clock.now(), cause)
    return user
