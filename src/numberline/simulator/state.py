"""Everything the tenant is: directory, numbers, operations, settings. Verbs live in other modules."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from .agenda import Agenda
from .directory import Directory
from .faults import Faults
from .licences import Catalogue
from .numbers import Numbers
from .operations import Operations
from .people import LicenceBook
from .policies import Policies
from .questions import Answers
from .subscriptions import Subscriptions
from .timestamps import Clock

PERMISSIONS = (
    "User.Read.All",
    "TeamsTelephoneNumber.ReadWrite.All",
    "TeamsUserConfiguration.Read.All",
    "TeamsPolicyUserAssign.ReadWrite.All",
    "LicenseAssignment.Read.All",
)


@dataclass
class Tenant:
    """One Microsoft 365 tenant."""

    clock: Clock
    seed: int
    id: str
    name: str = "Contoso"
    domain: str = "contoso.example"
    country: str = "GB"
    permissions: list[str] = field(default_factory=lambda: list(PERMISSIONS))
    locations: dict[str, str] = field(default_factory=dict)  # emergency location id -> country

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.catalogue = Catalogue()
        self.book = LicenceBook(self.catalogue)
        self.directory = Directory(self.book)
        self.numbers = Numbers()
        self.operations = Operations()
        self.agenda = Agenda()
        self.faults = Faults(self.seed)
        self.answers = Answers()
        self.policies = Policies()
        self.token_generation = 0
        self.subscriptions = Subscriptions(self.id, Random(f"{self.seed}/notifications"), self.answers)
        self.directory.changed = self.subscriptions.changed
        self.handshake: Callable[[str], Awaitable[None]] = _no_delivery
        self.also_delivers_by: tuple[str, ...] = ()  # schemes beside https
        self.unseen: set[str] = set()  # numbers changed out of band that no answer has shown since

    def now(self) -> float:
        """The present moment, after everything that was due has been done."""
        now = self.clock()
        self.agenda.run(now)
        return now


async def _no_delivery(url: str) -> None:
    """Nothing is delivered before delivery.py takes this over."""
