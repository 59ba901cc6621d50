"""A plain caller of the simulator for its own tests: MSAL for the token, httpx2 for the rest."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

import httpx2
import msal

from numberline.simulator.certificates import context
from numberline.simulator.process import SimulatorProcess

SCOPE = ["https://graph.microsoft.com/.default"]
NUMBERS = "/admin/teams/telephoneNumberManagement/numberAssignments"


class MsalHttp:
    """What MSAL takes for a `requests.Session`: httpx2 spells bytes in a form as Python does, so decode them."""

    def __init__(self, http: httpx2.Client) -> None:
        self._http = http

    def get(self, url: str, **options: Any) -> httpx2.Response:
        return self._http.get(url, **options)

    def post(self, url: str, data: Mapping[str, Any], **options: Any) -> httpx2.Response:
        form = {name: value.decode() if isinstance(value, bytes) else value for name, value in data.items()}
        return self._http.post(url, data=form, **options)

    def close(self) -> None:
        """The client is closed by whoever opened it."""


class Caller:
    """Calls Graph as an application would."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self.simulator = simulator
        self.http = httpx2.Client(
            base_url=simulator.url, verify=context(simulator.ca_file), timeout=30.0, trust_env=False
        )
        self.sign_in()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()

    def sign_in(self) -> None:
        """Get a new token."""
        application = msal.ConfidentialClientApplication(
            self.simulator.client_id,
            authority=f"{self.simulator.url}/{self.simulator.tenant_id}",
            client_credential=self.simulator.client_secret,
            instance_discovery=False,
            http_client=MsalHttp(self.http),
        )
        self.headers = {
            "Authorization": f"Bearer {application.acquire_token_for_client(SCOPE)['access_token']}"
        }

    def get(self, path: str, **options: Any) -> httpx2.Response:
        """GET a path of v1.0 or an absolute link."""
        url = path if path.startswith("https://") else "/v1.0" + path
        headers = {**self.headers, **options.pop("headers", {})}
        return self.http.get(url, headers=headers, **options)

    def post(self, path: str, body: Any) -> httpx2.Response:
        """POST JSON to a path of v1.0."""
        return self.http.post("/v1.0" + path, headers=self.headers, json=body)

    def read(self, path: str, **options: Any) -> dict[str, Any]:
        """The JSON of an answer that must be 200."""
        response = self.get(path, **options)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def assign(self, number: str, person: str, type: str = "directRouting", **more: Any) -> httpx2.Response:
        """Order a number for a person."""
        body = {"telephoneNumber": number, "assignmentTargetId": person, "numberType": type, **more}
        return self.post(f"{NUMBERS}/assignNumber", body)

    def unassign(self, number: str, type: str = "directRouting") -> httpx2.Response:
        """Order a number to be freed."""
        return self.post(f"{NUMBERS}/unassignNumber", {"telephoneNumber": number, "numberType": type})

    def outcome(self, response: httpx2.Response) -> tuple[str, str | None]:
        """Status and detail of the operation that a 202 points to."""
        assert response.status_code == 202, response.text
        operation = self.read(response.headers["location"])
        return operation["status"], operation["numbers"][0]["statusDetail"]

    def number(self, number: str) -> Mapping[str, Any] | None:
        """What Teams shows of one number."""
        found = self.read(NUMBERS, params={"$filter": f"telephoneNumber eq '{number}'"})["value"]
        return found[0] if found else None

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Every page of a listing or a delta round."""
        link: str | None = path
        while link is not None:
            page = self.read(link)
            yield page
            link = page.get("@odata.nextLink")

    def round(self, path: str) -> tuple[list[dict[str, Any]], str]:
        """All items of a delta round, and its deltaLink."""
        items: list[dict[str, Any]] = []
        for page in self.pages(path):
            items += page["value"]
        return items, page["@odata.deltaLink"]
