"""The only code that talks to Microsoft: plain credentials in, Graph's facts out, errors by what to do next."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numberline.graph.answers import refusal
    from numberline.graph.client import GraphClient
    from numberline.graph.credentials import Credentials, CredentialsError, read_certificate
    from numberline.graph.diagnose import Check
    from numberline.graph.errors import Concerns, FullRoundNeeded, GiveUp, GraphError, Stop, Wait
    from numberline.graph.rates import RateGovernor, Rates
    from numberline.graph.transport import Retries
    from numberline.graph.types import (
        GraphNumber,
        Operation,
        Organization,
        Removed,
        SubscribedSku,
        UserConfiguration,
    )
    from numberline.graph.users import DeltaPage, GraphUser

__all__ = [
    "Check",
    "Concerns",
    "Credentials",
    "CredentialsError",
    "DeltaPage",
    "FullRoundNeeded",
    "GiveUp",
    "GraphClient",
    "GraphError",
    "GraphNumber",
    "GraphUser",
    "Operation",
    "Organization",
    "RateGovernor",
    "Rates",
    "Removed",
    "Retries",
    "Stop",
    "SubscribedSku",
    "UserConfiguration",
    "Wait",
    "read_certificate",
    "refusal",
]

_HOME = {
    "Check": "diagnose",
    "Concerns": "errors",
    "Credentials": "credentials",
    "CredentialsError": "credentials",
    "DeltaPage": "users",
    "FullRoundNeeded": "errors",
    "GiveUp": "errors",
    "GraphClient": "client",
    "GraphError": "errors",
    "GraphNumber": "types",
    "GraphUser": "users",
    "Operation": "types",
    "Organization": "types",
    "RateGovernor": "rates",
    "Rates": "rates",
    "Removed": "types",
    "Retries": "transport",
    "Stop": "errors",
    "SubscribedSku": "types",
    "UserConfiguration": "types",
    "Wait": "errors",
    "read_certificate": "credentials",
    "refusal": "answers",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for: signing in alone takes a quarter of a second to import."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
