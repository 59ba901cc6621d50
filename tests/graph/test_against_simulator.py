"""Real flows through real MSAL and real HTTPS, against the tenant simulator."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from numberline.graph import (
    Credentials,
    DeltaPage,
    FullRoundNeeded,
    GiveUp,
    GraphClient,
    GraphError,
    GraphUser,
    Operation,
    RateGovernor,
    Rates,
    Removed,
    Retries,
    Stop,
    Wait,
)
from numberline.simulator.process import SimulatorProcess
from tests.graph.test_sign_in import certificate_for, key_pem, pem
from tests.support import programs

FREE = [f"+44207946{last:04d}" for last in range(900, 920)]
FAST = Rates(reads=500, writes=500, writes_most=500, patience=20)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the application: `own.pem` with its key for us, `public.pem` for the tenant."""
    folder = tmp_path_factory.mktemp("certificate")
    key = rsa.generate_private_key(65537, 2048)
    (folder / "public.pem").write_bytes(pem(certificate_for(key)))
    (folder / "own.pem").write_bytes(key_pem(key) + pem(certificate_for(key)))
    return folder


@pytest.fixture(scope="module")
def running(files: Path) -> Iterator[SimulatorProcess]:
    """One tenant of 450 people for the module."""
    with programs.simulator(people=450, seed=7, certificate=files / "public.pem") as simulator:
        yield simulator


@pytest.fixture
def tenant(running: SimulatorProcess) -> Iterator[SimulatorProcess]:
    """The tenant, behaving, with an empty log; it behaves again afterwards."""
    running.control.clear_requests()
    yield running
    running.control.clear_faults()


@pytest.fixture
def client(tenant: SimulatorProcess) -> Iterator[GraphClient]:
    with connect(tenant) as opened:
        yield opened


def connect(tenant: SimulatorProcess, rates: Rates = FAST, **given: Any) -> GraphClient:
    usual = {"tenant_id": tenant.tenant_id, "client_id": tenant.client_id, "graph_url": tenant.url}
    usual |= {"login_url": tenant.url, "ca_pem": Path(tenant.ca_file).read_text(encoding="ascii")}
    if "certificate_pem" not in given:
        usual["secret"] = tenant.client_secret
    retries = Retries(initial=0.01, most=0.05)
    return GraphClient(
        Credentials(**{**usual, **given}), rates=rates, retries=retries, timeout=httpx2.Timeout(20)
    )


def full_round(client: GraphClient) -> tuple[dict[str, GraphUser], list[Removed], str]:
    people: dict[str, GraphUser] = {}
    removed: list[Removed] = []
    link: str | None = None
    while True:
        page = client.users_delta(link)
        assert isinstance(page, DeltaPage)
        people.update((user.id, user) for user in page.users)
        removed += page.removed
        if page.delta_link:
            return people, removed, page.delta_link
        link = page.next_link


def finished(client: GraphClient, link: str) -> Operation:
    for _ in range(100):
        operation = client.operation(link)
        if operation is not None and operation.ended:
            return operation
        time.sleep(0.02)
    raise AssertionError("the operation did not end")


def licensed(tenant: SimulatorProcess, *, sku: str = "SPE_E5") -> str:
    return tenant.control.add_person(
        licences=[sku], displayName="Adele Vance", usageLocation="GB", city="London"
    )


def test_the_whole_way_of_a_joiner(tenant: SimulatorProcess, client: GraphClient) -> None:
    people, _, link = full_round(client)
    assert len(people) >= 440
    person = licensed(tenant)
    page = client.users_delta(link)
    assert isinstance(page, DeltaPage)
    assert [(user.id, user.city) for user in page.users] == [(person, "London")]
    assert "assignedPlans" in page.users[0].attributes()
    teams = client.user_configuration(person)
    assert teams is not None
    assert (teams.has_phone_system, teams.has_calling_plan) == (True, False)
    operation = finished(client, client.assign_number(FREE[0], person, "direct_routing"))
    assert operation.succeeded
    number = client.number(FREE[0])
    assert number is not None
    assert (number.holder, number.type, number.is_primary) == (person, "direct_routing", True)
    assert [held.telephone_number for held in client.numbers_of(person)] == [FREE[0]]
    assert finished(client, client.unassign_number(FREE[0], "direct_routing")).succeeded
    assert tenant.control.holder(FREE[0]) is None
    assert tenant.control.judgement() == []


def test_a_certificate_signs_in(tenant: SimulatorProcess, files: Path) -> None:
    with connect(tenant, certificate_pem=(files / "own.pem").read_text(encoding="ascii")) as client:
        assert "User.Read.All" in client.roles()
        assert client.organization().country_letter_code


def test_the_parts_of_the_tenant_are_read(client: GraphClient) -> None:
    assert client.organization().display_name
    skus = {sku.sku_part_number: sku for sku in client.subscribed_skus()}
    assert any(plan.service_plan_name == "MCOEV" for plan in skus["SPE_E5"].service_plans or ())
    assert all(check.ok for check in client.diagnose())


def test_every_number_is_listed_however_the_tenant_pages(
    tenant: SimulatorProcess, client: GraphClient
) -> None:
    listed = [number.telephone_number for page in client.number_pages() for number in page]
    assert 1000 < len(listed) == len(set(listed)) == tenant.control.state()["numbers"]
    for answer in (False, True):
        tenant.control.open_question(next_link=answer)
        tenant.control.faults(duplicate_pages=2, empty_pages=answer and 2)
        assert {n.telephone_number for page in client.number_pages() for n in page} == set(listed)


def test_a_listing_that_repeats_a_page_for_ever_is_never_whole(
    tenant: SimulatorProcess, client: GraphClient
) -> None:
    tenant.control.faults(duplicate_pages=True)
    with pytest.raises(Wait) as raised:
        list(client.number_pages())
    assert raised.value.code == "listing_incomplete"


def test_empty_and_repeated_pages_lose_nobody(tenant: SimulatorProcess, client: GraphClient) -> None:
    people, _, _ = full_round(client)
    tenant.control.faults(
        empty_pages={"probability": 0.4, "on": "delta"}, duplicate_pages={"probability": 0.4, "on": "delta"}
    )
    again, _, _ = full_round(client)
    assert set(again) == set(people)


def test_deleted_purged_and_restored_people_are_told_apart(
    tenant: SimulatorProcess, client: GraphClient
) -> None:
    soft, hard = licensed(tenant), licensed(tenant)
    _, _, link = full_round(client)
    tenant.control.delete(soft)
    tenant.control.delete(hard)
    tenant.control.purge(hard)
    page = client.users_delta(link)
    assert isinstance(page, DeltaPage)
    assert {removed.id: removed.reason for removed in page.removed} == {soft: "changed", hard: "deleted"}
    assert client.user(soft) is None
    found = client.deleted_user(soft)
    assert found is not None
    assert found.deleted_date_time
    assert found.city == "London"
    assert client.deleted_user(hard) is None
    tenant.control.restore(soft)
    assert client.deleted_user(soft) is None
    assert client.user(soft) is not None


def test_an_expired_delta_token_leads_to_a_full_round(tenant: SimulatorProcess, client: GraphClient) -> None:
    _, _, link = full_round(client)
    tenant.control.expire_delta_tokens()
    assert isinstance(client.users_delta(link), FullRoundNeeded)
    assert len(full_round(client)[0]) >= 440


def test_refusals_of_teams_are_known_by_their_text(tenant: SimulatorProcess, client: GraphClient) -> None:
    unlicensed, person, other = licensed(tenant, sku="SPE_E3"), licensed(tenant), licensed(tenant)
    tenant.control.assign_out_of_band(FREE[1], other, type="directRouting")
    seen = {
        "licence": refused(client, FREE[2], unlicensed, "direct_routing"),
        "taken": refused(client, FREE[1], person, "direct_routing"),
        "type": refused(client, FREE[1], person, "calling_plan"),
        "nobody": refused(client, FREE[2], "00000000-0000-4000-8000-000000000009", "direct_routing"),
    }
    assert {name: (error.code, error.concerns) for name, error in seen.items()} == {
        "licence": ("not_licensed", "person"),
        "taken": ("already_assigned", "number"),
        "type": ("not_licensed", "person"),
        "nobody": ("person_unknown", "person"),
    }


def refused(client: GraphClient, number: str, person: str, kind: str) -> GiveUp:
    """How an assignment is refused, at once or by its operation."""
    try:
        operation = finished(client, client.assign_number(number, person, kind))
    except GiveUp as error:
        return error
    assert not operation.succeeded
    found = operation.refusal()
    assert found is not None
    return found


def test_an_operation_that_is_late_hidden_or_skipped_is_understood(
    tenant: SimulatorProcess, client: GraphClient
) -> None:
    person = licensed(tenant)
    tenant.control.faults(missing_operation={"seconds": 0.3, "count": 1}, operation_seconds=0.2)
    link = client.assign_number(FREE[3], person, "direct_routing")
    assert client.operation(link) is None
    assert finished(client, link).succeeded
    tenant.control.faults(skip_operation=1)
    skipped = finished(client, client.unassign_number(FREE[3], "direct_routing"))
    assert (skipped.ended, skipped.succeeded) == (True, False)


@pytest.mark.parametrize("fault", ["lose_answer", "unavailable", "reset"])
def test_a_write_without_an_answer_is_in_doubt_and_sent_once(
    tenant: SimulatorProcess, client: GraphClient, fault: str
) -> None:
    person = licensed(tenant)
    client.roles()
    tenant.control.faults(**{fault: {"count": 1, "on": "assign"}})
    with pytest.raises(GraphError) as raised:
        client.assign_number(FREE[4], person, "direct_routing")
    assert raised.value.in_doubt
    assert len(tenant.control.requests("assign")) == 1


def test_trouble_with_reads_is_sat_out(tenant: SimulatorProcess, client: GraphClient) -> None:
    tenant.control.faults(
        unavailable={"on": "read", "probability": 0.2}, reset={"on": "read", "probability": 0.2}
    )
    assert len(full_round(client)[0]) >= 440


def test_a_malformed_entity_is_unwrapped(tenant: SimulatorProcess, client: GraphClient) -> None:
    person = licensed(tenant)
    tenant.control.faults(malformed=True)
    teams = client.user_configuration(person)
    assert teams is not None
    assert teams.has_phone_system
    assert client.user(person) is not None


def test_revoked_tokens_are_replaced(tenant: SimulatorProcess, client: GraphClient) -> None:
    client.organization()
    tenant.control.revoke_tokens()
    assert client.organization().id


def test_missing_permissions_are_named(tenant: SimulatorProcess) -> None:
    tenant.control.permissions(["User.Read.All", "TeamsTelephoneNumber.ReadWrite.All"])
    try:
        with connect(tenant) as client:
            checks = {check.name: check for check in client.diagnose()}
            assert not checks["userConfigurations"].ok
            assert "TeamsUserConfiguration.Read.All" in checks["userConfigurations"].remedy
            assert "TeamsUserConfiguration.Read.All" in checks["permissions"].detail
            assert checks["users"].ok
            with pytest.raises(Stop) as raised:
                client.user_configuration("00000000-0000-4000-8000-000000000009")
            assert raised.value.code == "permission_missing"
    finally:
        tenant.control.permissions(
            [
                "User.Read.All",
                "TeamsTelephoneNumber.ReadWrite.All",
                "TeamsUserConfiguration.Read.All",
                "LicenseAssignment.Read.All",
            ]
        )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"secret": "wrong"}, "wrong_secret"),
        ({"tenant_id": "00000000-0000-4000-8000-000000000001"}, "unknown_tenant"),
        ({"client_id": "00000000-0000-4000-8000-000000000002"}, "unknown_application"),
        ({"ca_pem": None}, "certificate_untrusted"),
    ],
)
def test_what_stops_a_run_is_named(tenant: SimulatorProcess, given: dict[str, Any], code: str) -> None:
    with connect(tenant, **given) as client, pytest.raises(Stop) as raised:
        client.roles()
    assert raised.value.code == code


def test_a_limited_tenant_is_served_at_its_rate_with_hardly_a_complaint(tenant: SimulatorProcess) -> None:
    tenant.control.faults(rate_limit=30)
    person = licensed(tenant)
    with connect(tenant, rates=Rates(reads=30, total=30)) as client:
        client.roles()
        tenant.control.clear_requests()
        began, processor = time.monotonic(), time.process_time()
        with ThreadPoolExecutor(32) as pool:
            found = list(pool.map(lambda _: client.user_configuration(person), range(120)))
        seconds, busy = time.monotonic() - began, time.process_time() - processor
    assert all(found)
    assert 120 / seconds >= 27
    assert busy / 120 <= 0.02
    asked = tenant.control.requests("configuration")
    assert sum(request["status"] == 429 for request in asked) <= 2


def test_clients_of_one_tenant_share_the_governor_they_are_given(tenant: SimulatorProcess) -> None:
    governor = RateGovernor(Rates(reads=20))
    credentials = connect(tenant).credentials
    with (
        GraphClient(credentials, governor=governor) as one,
        GraphClient(credentials, governor=governor) as two,
    ):
        one.roles()
        two.roles()
        began = time.monotonic()
        for _ in range(5):
            one.organization()
            two.organization()
        assert time.monotonic() - began >= 0.44
