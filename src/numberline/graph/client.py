"""The client of one tenant: everything that Numberline asks of Microsoft, one method a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from numberline.core.attributes import SELECT
from numberline.graph import decoding, links, listing
from numberline.graph.answers import error_text, is_expired_sync, wait
from numberline.graph.connection import TIMEOUT, open_client
from numberline.graph.credentials import Credentials
from numberline.graph.diagnose import Check
from numberline.graph.diagnose import run as run_checks
from numberline.graph.errors import FullRoundNeeded
from numberline.graph.policies import (
    POLICY,
    PoliciesOfUser,
    PolicyIdentifier,
    PolicyItem,
    plain_name,
    policy_url,
)
from numberline.graph.rates import Clock, RateGovernor, Rates
from numberline.graph.subscriptions import Subscriptions
from numberline.graph.transport import Priority, Retries, Transport
from numberline.graph.types import (
    NUMBER_TYPES,
    GraphNumber,
    Operation,
    Organization,
    SubscribedSku,
    UserConfiguration,
)
from numberline.graph.users import DeltaPage, GraphUser, delta_page

T = TypeVar("T")
_SELECT_USER = links.select(SELECT)
_SELECT_POLICIES = links.select(("id", "effectivePolicyAssignments"))
_MOST_CONFIGURATIONS = 999
_EXPIRED = (400, 404, 409, 410, 412)


class GraphClient:
    """Synchronous and thread-safe; keeps connections and one token. Close it, or use it as a context manager.

    Clients of the same tenant should share a `governor`, which keeps the rates of the whole tenant, or its store.
    `priority` is `low` for background work, which lets people go first. Every method raises `Wait`, `GiveUp` or `Stop` of `numberline.graph.errors`.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        governor: RateGovernor | None = None,
        rates: Rates | None = None,
        retries: Retries | None = None,
        timeout: httpx2.Timeout = TIMEOUT,
        clock: Clock | None = None,
        priority: Priority = "normal",
    ) -> None:
        self.credentials = credentials
        self.governor = governor or RateGovernor(rates, clock)
        self._http = open_client(credentials, timeout)
        self._transport = Transport(credentials, self._http, self.governor, retries or Retries(), priority)
        self.subscriptions = Subscriptions(self._transport)

    def __repr__(self) -> str:
        return f"GraphClient(tenant_id={self.credentials.tenant_id!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # The tenant

    def roles(self) -> frozenset[str]:
        """The application permissions that the token carries, such as `User.Read.All`."""
        return self._transport.tokens.get().roles()

    def organization(self) -> Organization:
        """The tenant: its name, country and domains."""
        return self._first("/organization", Organization)

    def subscribed_skus(self) -> list[SubscribedSku]:
        """The products that the tenant has bought, with their service plans."""
        return self._all("/subscribedSkus", SubscribedSku)

    def diagnose(self) -> list[Check]:
        """Sign in, read the granted permissions, and try each part of Microsoft Graph once: what `tenant check` shows."""
        probes = {
            "users": lambda: self._probe("/users?$top=1&$select=id", "the directory answers"),
            "organization": lambda: self.organization().display_name or "a tenant without a name",
            "subscribedSkus": lambda: f"{len(self.subscribed_skus())} products",
            "numberAssignments": lambda: self._probe(
                f"{links.NUMBERS}?$top=1", "the list of numbers answers"
            ),
            "userConfigurations": lambda: self._probe(
                f"{links.USER_CONFIGURATIONS}?$top=1", "Teams answers for users"
            ),
        }
        return run_checks(self.roles, probes)

    # People

    def users_delta(self, link: str | None = None) -> DeltaPage | FullRoundNeeded:
        """One page of users delta: the first of a full round without a link, else the page that the link leads to.

        Gives `FullRoundNeeded` when Microsoft no longer honours the link (410, or a 4xx about the sync state).
        """
        root = self._transport.root
        url = listing.follow(root, link) or f"/users/delta?{_SELECT_USER}"
        response = self._transport.get(url, accept=_EXPIRED if link else (410,))
        if not response.is_success:
            text = error_text(response.content) or ""
            if link and is_expired_sync(response.status_code, text):
                return FullRoundNeeded(text or f"HTTP {response.status_code}")
            raise self._transport.error(response)
        page = decoding.page(response, GraphUser)
        next_link, delta_link = listing.follow(root, page.next_link), listing.follow(root, page.delta_link)
        if (next_link is None) == (delta_link is None):
            raise decoding.misshapen(response, "a page of users delta needs exactly one link to go on")
        return delta_page(page.value, next_link, delta_link)

    def user(self, id_or_upn: str) -> GraphUser | None:
        """A person read directly, by object id or user principal name; None when there is none (any more)."""
        return self._one(f"/users/{links.segment(id_or_upn)}?{_SELECT_USER}", GraphUser)

    def deleted_user(self, person_id: str) -> GraphUser | None:
        """A soft-deleted person; None when purged, restored, or never deleted (Microsoft: directory-deleteditems-get)."""
        path = f"/directory/deletedItems/{links.segment(person_id)}"
        return self._one(f"{path}?{links.select((*SELECT, 'deletedDateTime'))}", GraphUser)

    def user_configuration(self, person_id: str) -> UserConfiguration | None:
        """Teams' own view of a person, by which readiness is judged; None when Teams does not know the person."""
        return self._one(f"{links.USER_CONFIGURATIONS}/{links.segment(person_id)}", UserConfiguration)

    # Numbers

    def number_pages(self) -> Iterator[list[GraphNumber]]:
        """Every number that Teams lists, page by page, without repeats. An iterator that ended normally is complete;
        a listing that fails midway raises, so use the pages only when the last one has come."""
        return listing.number_pages(self._transport.get, self._transport.root)

    def number(self, text: str) -> GraphNumber | None:
        """One number by its E.164 text (with `;ext=` if it has one); None when Teams does not list it.

        Where Teams lists the text more than once, the entry with a holder counts.
        """
        found = self._all(f"{links.NUMBERS}?{links.text_filter('telephoneNumber', text)}", GraphNumber)
        same = [number for number in found if number.telephone_number == text]
        return next((number for number in same if number.holder), same[0] if same else None)

    def numbers_of(self, person_id: str) -> list[GraphNumber]:
        """Every number that this person holds in Teams, other lines included."""
        url = f"{links.NUMBERS}?{links.text_filter('assignmentTargetId', person_id)}"
        found = {n.telephone_number: n for n in self._all(url, GraphNumber)}
        return [n for n in found.values() if (n.holder or "").casefold() == person_id.casefold()]

    def assign_number(
        self, number: str, person_id: str, number_type: str, location_id: str | None = None
    ) -> str:
        """Ask Teams to give the person this number as primary; returns the link of the operation.

        `number_type` is ours or Graph's; `location_id` is an emergency location. The request has been accepted, not
        carried out: follow the operation, then look at the number (Microsoft: numberassignment-assignnumber).
        """
        body = {
            "telephoneNumber": _spelled(number),
            "assignmentTargetId": person_id,
            "numberType": NUMBER_TYPES.get(number_type, number_type),
            "assignmentCategory": "primary",
        }
        if location_id:
            body["locationId"] = location_id
        return self._ask(f"{links.NUMBERS}/assignNumber", body)

    def unassign_number(self, number: str, number_type: str) -> str:
        """Ask Teams to take this number from whoever holds it; returns the link of the operation.

        Graph keys this on the number alone: read its holder just before (Microsoft: numberassignment-unassignnumber).
        """
        body = {"telephoneNumber": _spelled(number), "numberType": NUMBER_TYPES.get(number_type, number_type)}
        return self._ask(f"{links.NUMBERS}/unassignNumber", body)

    def operation(self, link: str) -> Operation | None:
        """The state of an operation; None when Microsoft does not show it (yet): right after the 202 that is normal."""
        try:
            url = links.operation_link(self._transport.root, link)
        except links.ForeignLink:
            raise wait("operation_unknown", 0.0, raw=link) from None
        return self._one(url, Operation)

    # Policies

    def policy_id(self, policy_type: str, name: str) -> str | None:
        """The id by which a policy of this type and name is assigned; None when the tenant has none. Names are
        compared without case. A type that Microsoft does not know is a `GiveUp` (Microsoft: getpolicyid)."""
        response = self._transport.get(policy_url(policy_type, name), accept=(404,))
        if not response.is_success:
            error = self._transport.error(response)
            if error.code == "not_graph":
                raise error
            return None
        found = decoding.page(response, PolicyIdentifier).value
        wanted = plain_name(name).casefold()
        same = (one.policy_id for one in found if plain_name(one.name or "").casefold() == wanted)
        return next((id_ for id_ in same if id_), None)

    def policies_of(self, person_id: str) -> PoliciesOfUser | None:
        """The policies in effect on a person; None when Teams does not know them."""
        url = f"{links.USER_CONFIGURATIONS}/{links.segment(person_id)}?{_SELECT_POLICIES}"
        return self._one(url, PoliciesOfUser)

    def policy_pages(self) -> Iterator[list[PoliciesOfUser]]:
        """The policies in effect on everybody whom Teams knows, page by page."""
        url = f"{links.USER_CONFIGURATIONS}?{_SELECT_POLICIES}&$top={_MOST_CONFIGURATIONS}"
        for page in listing.pages(self._transport.get, self._transport.root, url, PoliciesOfUser):
            yield list(page.value)

    def assign_policies(self, items: Sequence[PolicyItem]) -> None:
        """Give people policies. What Microsoft refuses of one item may stand for all of them; what it accepted is
        shown on the people later (Microsoft: teamspolicyuserassignment-assign)."""
        self._transport.post(f"{POLICY}/userAssignments/assign", {"value": [one.body() for one in items]})

    def unassign_policies(self, items: Sequence[PolicyItem]) -> None:
        """Take policies of these types from people (Microsoft: teamspolicyuserassignment-unassign)."""
        self._transport.post(f"{POLICY}/userAssignments/unassign", {"value": [one.body() for one in items]})

    def _ask(self, path: str, body: dict[str, str]) -> str:
        response = self._transport.post(path, body)
        location = response.headers.get("location", "")
        try:
            return links.operation_link(self._transport.root, location)
        except links.ForeignLink:
            status = response.status_code
            raise wait("operation_unknown", 2.0, raw=location, status=status, in_doubt=True) from None

    def _probe(self, url: str, found: str) -> str:
        decoding.page(self._transport.get(url), dict[str, Any])
        return found

    def _one(self, url: str, of: type[T]) -> T | None:
        response = self._transport.get(url, accept=(404,))
        if response.is_success:
            return decoding.entity(response, of)
        error = self._transport.error(response)
        if error.code == "not_graph":
            raise error
        return None

    def _all(self, url: str, of: type[T]) -> list[T]:
        root = self._transport.root
        return [item for page in listing.pages(self._transport.get, root, url, of) for item in page.value]

    def _first(self, url: str, of: type[T]) -> T:
        response = self._transport.get(url)
        found = decoding.page(response, of).value
        if not found:
            raise decoding.misshapen(response, "an empty collection")
        return found[0]


def _spelled(number: str) -> str:
    """The number as Microsoft's examples send it: without `+`; one with an extension as PowerShell takes it, with `+`
    (Microsoft: Set-CsPhoneNumberAssignment)."""
    return number if ";" in number else number.removeprefix("+")
