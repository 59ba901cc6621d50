"""Microsoft's own client must be able to drive the simulator."""

import asyncio
import os
import re
import ssl
import warnings
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from numberline.simulator.process import SimulatorProcess
from tests.support import programs

if not os.environ.get("CI"):
    pytest.importorskip(
        "msgraph", reason="the official Microsoft Graph SDK is not installed (requirements/peer.txt)"
    )

with warnings.catch_warnings():  # the SDK uses what it deprecates itself
    warnings.simplefilter("ignore", DeprecationWarning)
    import httpx
    from azure.identity import ClientSecretCredential
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from kiota_authentication_azure.azure_identity_authentication_provider import (
        AzureIdentityAuthenticationProvider,
    )
    from msgraph.generated.admin.teams.telephone_number_management.number_assignments import (
        number_assignments_request_builder as numbers,
    )
    from msgraph.generated.models.long_running_operation_status import LongRunningOperationStatus
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph.generated.models.teams_administration.number_type import NumberType
    from msgraph.generated.users.delta import delta_request_builder as delta
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient
    from msgraph_core import GraphClientFactory

ASSIGN = "microsoft_graph_teams_administration_assign_number"
pytestmark = [pytest.mark.peer, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

NumberQuery = numbers.NumberAssignmentsRequestBuilder.NumberAssignmentsRequestBuilderGetQueryParameters
DeltaQuery = delta.DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters


class Peer:
    """The official SDK, signed in with its own credential, and the Locations that its answers carried."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self.locations: list[str] = []
        context = ssl.create_default_context(cafile=simulator.ca_file)
        self._transport = httpx.AsyncHTTPTransport(verify=context)
        hooks = {"response": [self._keep]}
        self._http = httpx.AsyncClient(
            transport=self._transport,
            base_url=f"{simulator.url}/v1.0",
            event_hooks=hooks,
            trust_env=False,
        )
        self._credential = ClientSecretCredential(
            simulator.tenant_id,
            simulator.client_id,
            simulator.client_secret,
            authority=simulator.url,
            disable_instance_discovery=True,
            connection_verify=simulator.ca_file,
        )
        provider = AzureIdentityAuthenticationProvider(
            self._credential, scopes=["https://graph.microsoft.com/.default"], allowed_hosts=["127.0.0.1"]
        )
        adapter = GraphRequestAdapter(
            provider, GraphClientFactory.create_with_default_middleware(client=self._http)
        )
        adapter.base_url = f"{simulator.url}/v1.0"
        self.client = GraphServiceClient(request_adapter=adapter)

    @property
    def telephony(self) -> Any:
        return self.client.admin.teams.telephone_number_management

    async def close(self) -> None:
        await self._http.aclose()
        await self._transport.aclose()  # the SDK's middleware hides it from the client that should close it
        self._credential.close()

    async def _keep(self, response: httpx.Response) -> None:
        if "location" in response.headers:
            self.locations.append(response.headers["location"])


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    """Two pages of people and two of numbers, and no more: the SDK needs milliseconds for each."""
    with programs.simulator() as process:
        person = {"licences": ["SPE_E5"], "usageLocation": "GB", "city": "LONDON", "displayName": "Ann"}
        process.control.add_people([person] * 210)
        process.control.add_numbers(
            [f"+4411349{n}" for n in range(60000, 60007)], "operator_connect", country="GB"
        )
        yield process


def run(simulator: SimulatorProcess, scene: Callable[[Peer], Awaitable[None]]) -> None:
    """Play a scene with the official client."""

    async def play() -> None:
        peer = Peer(simulator)
        try:
            await scene(peer)
        finally:
            await peer.close()

    asyncio.run(play())


def test_the_official_client_pages_users_delta_to_the_end_and_goes_on_from_there(
    simulator: SimulatorProcess,
) -> None:
    async def scene(peer: Peer) -> None:
        query = DeltaQuery(select=["id", "displayName", "city", "assignedPlans"])
        page = await peer.client.users.delta.get(RequestConfiguration(query_parameters=query))
        people = list(page.value)
        while page.odata_next_link:
            page = await peer.client.users.delta.with_url(page.odata_next_link).get()
            people += page.value
        assert len({person.id for person in people}) == simulator.control.state()["people"] >= 210
        assert any(person.assigned_plans for person in people)
        simulator.control.change(people[0].id, city="Elsewhere")
        page = await peer.client.users.delta.with_url(page.odata_delta_link).get()
        assert [(person.id, person.city) for person in page.value] == [(people[0].id, "Elsewhere")]

    run(simulator, scene)


def test_the_official_client_lists_every_number(simulator: SimulatorProcess) -> None:
    async def scene(peer: Peer) -> None:
        query = NumberQuery(top=3)
        page = await peer.telephony.number_assignments.get(RequestConfiguration(query_parameters=query))
        found = list(page.value)
        while page.odata_next_link:
            page = await peer.telephony.number_assignments.with_url(page.odata_next_link).get()
            found += page.value
        assert (
            len({number.telephone_number for number in found}) == simulator.control.state()["listed_numbers"]
        )

    run(simulator, scene)


def test_the_official_client_assigns_a_number_and_reads_operation_number_and_configuration(
    simulator: SimulatorProcess,
) -> None:
    person = simulator.control.add_person(licences=["SPE_E5"], usageLocation="GB")

    async def scene(peer: Peer) -> None:
        assign = getattr(peer.telephony.number_assignments, ASSIGN)
        await assign.post(_order(person, "442079460999"))
        id = re.search(r"operations\('([^']+)'\)", peer.locations[-1])[1]  # type: ignore[index]
        operations = peer.telephony.operations
        operation = await operations.by_telephone_number_long_running_operation_id(id).get()
        assert operation.status is LongRunningOperationStatus.Succeeded
        query = NumberQuery(filter="telephoneNumber eq '+442079460999'")
        page = await peer.telephony.number_assignments.get(RequestConfiguration(query_parameters=query))
        assert [(n.assignment_target_id, n.number_type) for n in page.value] == [
            (person, NumberType.DirectRouting)
        ]
        configurations = peer.client.admin.teams.user_configurations
        configuration = await configurations.by_teams_user_configuration_id(person).get()
        assert [held.telephone_number for held in configuration.telephone_numbers] == ["+442079460999"]
        assert "PhoneSystem" in configuration.feature_types

    run(simulator, scene)


def test_the_official_client_reads_an_error_as_graphs_own(simulator: SimulatorProcess) -> None:
    async def scene(peer: Peer) -> None:
        with pytest.raises(ODataError) as caught:
            await peer.client.users.by_user_id("nobody@contoso.example").get()
        assert caught.value.error is not None
        assert caught.value.error.code == "Request_ResourceNotFound"

    run(simulator, scene)


def _order(person: str, number: str) -> Any:
    from msgraph.generated.admin.teams.telephone_number_management.number_assignments.microsoft_graph_teams_administration_assign_number import (
        assign_number_post_request_body as order,
    )

    return order.AssignNumberPostRequestBody(
        telephone_number=number, assignment_target_id=person, number_type=NumberType.DirectRouting
    )
