"""What works in a tenant, what is missing, and how to mend it."""

from collections.abc import Sequence
from typing import Any

from numberline.graph.diagnose import Check
from numberline.tenants.credentials import client
from numberline.tenants.models import Tenant


def check(tenant: Tenant) -> list[Check]:
    """Sign in afresh, look at the token's permissions, and try each part of Microsoft that is needed.

    Failures are results, not errors; CredentialUnreadable is raised when the stored credential can't be read.
    """
    with client(tenant) as graph:
        return graph.diagnose()


def works(checks: Sequence[Check]) -> bool:
    """Whether everything that Numberline can't do without works."""
    return all(check.ok for check in checks if check.needed)


def to_json(tenant: Tenant, checks: Sequence[Check]) -> dict[str, Any]:
    """The result as `tenant check --json` prints it."""
    return {
        "tenant": tenant.name,
        "ok": works(checks),
        "checks": [
            {
                "check": check.name,
                "ok": check.ok,
                "needed": check.needed,
                "code": check.code,
                "detail": check.detail or None,
                "remedy": check.remedy or None,
            }
            for check in checks
        ],
    }
