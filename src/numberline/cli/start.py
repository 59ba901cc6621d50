"""What a command needs before it can work: a database that is ready, its tenant, and who acts."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numberline.tenants.models import Tenant


def ready() -> None:
    """Set Django up and bring the database to this release. Raises StartError with one sentence."""
    from numberline.database import prepare

    prepare(note)


def tenant_of(name: str) -> "Tenant":
    """The tenant that a command names, after making the database ready. Raises TenantUnknown."""
    ready()
    from numberline.tenants.find import tenant_named

    return tenant_named(name)


def note(sentence: str) -> None:
    """One line for whoever sits at the terminal; a script's logs stay free of it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{sentence}\n")
