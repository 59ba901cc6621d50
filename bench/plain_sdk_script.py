"""Gives numbers with Microsoft's own SDK, one person after another: the script that an engineer would write.

Beside what is compared with it (bench/plain_sdk.py) it stands for itself and imports nothing of the product:

    python plain_sdk_script.py TENANT_ID CLIENT_ID GRAPH_URL CA_FILE FIRST_NUMBER LAST_NUMBER < PEOPLE

The secret comes from the environment as CLIENT_SECRET, object ids of people one a line. Prints how many got a number,
and in how many seconds, signing in and the first listing included.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import ssl
import sys
import time
import warnings
from collections.abc import Iterator
from typing import Any

warnings.simplefilter("ignore", DeprecationWarning)  # the SDK uses what it deprecates itself

import httpx  # noqa: E402
from azure.identity import ClientSecretCredential  # noqa: E402
from kiota_abstractions.base_request_configuration import RequestConfiguration  # noqa: E402
from kiota_authentication_azure.azure_identity_authentication_provider import (  # noqa: E402
    AzureIdentityAuthenticationProvider,
)
from msgraph.generated.admin.teams.telephone_number_management.number_assignments import (  # noqa: E402
    number_assignments_request_builder as numbers,
)
from msgraph.generated.admin.teams.telephone_number_management.number_assignments.microsoft_graph_teams_administration_assign_number.assign_number_post_request_body import (  # noqa: E402
    AssignNumberPostRequestBody,
)
from msgraph.generated.models.long_running_operation_status import LongRunningOperationStatus  # noqa: E402
from msgraph.generated.models.teams_administration.number_type import NumberType  # noqa: E402
from msgraph.graph_request_adapter import GraphRequestAdapter  # noqa: E402
from msgraph.graph_service_client import GraphServiceClient  # noqa: E402
from msgraph_core import GraphClientFactory  # noqa: E402

NumberQuery = numbers.NumberAssignmentsRequestBuilder.NumberAssignmentsRequestBuilderGetQueryParameters
UNDER_WAY = (LongRunningOperationStatus.NotStarted, LongRunningOperationStatus.Running)


class Script:
    """The official client, signed in; the operation to poll stands in a header that the SDK does not show."""

    def __init__(self, tenant_id: str, client_id: str, url: str, ca_file: str) -> None:
        self._location = ""
        self._transport = httpx.AsyncHTTPTransport(verify=ssl.create_default_context(cafile=ca_file))
        self._http = httpx.AsyncClient(
            transport=self._transport,
            base_url=f"{url}/v1.0",
            event_hooks={"response": [self._keep_location]},
            trust_env=False,
        )
        self._credential = ClientSecretCredential(
            tenant_id,
            client_id,
            os.environ["CLIENT_SECRET"],
            authority=url,
            disable_instance_discovery=True,
            connection_verify=ca_file,
        )
        provider = AzureIdentityAuthenticationProvider(
            self._credential, scopes=["https://graph.microsoft.com/.default"], allowed_hosts=["127.0.0.1"]
        )
        client = GraphClientFactory.create_with_default_middleware(client=self._http)
        adapter = GraphRequestAdapter(provider, client)
        adapter.base_url = f"{url}/v1.0"
        self._teams = GraphServiceClient(request_adapter=adapter).admin.teams

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
        await self._transport.aclose()  # the SDK's middleware hides it from the client that should close it
        self._credential.close()

    async def taken(self) -> set[str]:
        """Every number that Teams lists."""
        page = await self._listed.get(RequestConfiguration(query_parameters=NumberQuery(top=1000)))
        found = list(page.value)
        while page.odata_next_link:
            page = await self._listed.with_url(page.odata_next_link).get()
            found += page.value
        return {number.telephone_number.removeprefix("+") for number in found}

    async def give(self, person: str, free: Iterator[str]) -> bool:
        """Give the person the next free number, wait until it is done, and look whether it is."""
        configuration = await self._teams.user_configurations.by_teams_user_configuration_id(person).get()
        if "PhoneSystem" not in (configuration.feature_types or []) or configuration.telephone_numbers:
            return False
        number = next(free)
        order = AssignNumberPostRequestBody(
            telephone_number=number, assignment_target_id=person, number_type=NumberType.DirectRouting
        )
        await self._listed.microsoft_graph_teams_administration_assign_number.post(order)
        if not await self._succeeds():
            return False
        query = NumberQuery(filter=f"telephoneNumber eq '+{number}'")
        page = await self._listed.get(RequestConfiguration(query_parameters=query))
        return [held.assignment_target_id for held in page.value] == [person]

    async def _succeeds(self) -> bool:
        """Ask for the operation every second until it has ended."""
        found = re.search(r"operations\('([^']+)'\)", self._location)
        assert found, f"no operation in {self._location!r}"
        operations = self._teams.telephone_number_management.operations
        operation = operations.by_telephone_number_long_running_operation_id(found[1])
        while True:
            await asyncio.sleep(1)
            status = (await operation.get()).status
            if status not in UNDER_WAY:
                return bool(status is LongRunningOperationStatus.Succeeded)

    @property
    def _listed(self) -> Any:
        return self._teams.telephone_number_management.number_assignments

    async def _keep_location(self, response: httpx.Response) -> None:
        self._location = response.headers.get("location", self._location)


async def main() -> None:
    """Serve everybody on standard input."""
    first, last = (int(text.removeprefix("+")) for text in sys.argv[5:7])
    people = sys.stdin.read().split()
    began, given = time.perf_counter(), 0
    script = Script(*sys.argv[1:5])
    try:
        taken = await script.taken()
        free = (text for number in range(first, last + 1) if (text := str(number)) not in taken)
        for person in people:
            given += await script.give(person, free)
    finally:
        await script.close()
    print(json.dumps({"given": given, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    asyncio.run(main())
