"""The only code that talks to Microsoft: plain credentials in, Graph's facts out, errors by what to do next."""

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
