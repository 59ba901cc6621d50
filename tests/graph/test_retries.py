"""What the client repeats by itself, and for how long."""

import time

import httpx2
import pytest

from numberline.graph import GraphClient, RateGovernor, Rates, Retries, Stop, Wait
from numberline.graph.rates import Clock
from tests.graph.conftest import Open
from tests.graph.microsoft import HTML, Asked, Microsoft, Reply, error

PERSON = "/users/a"
FOUND = Reply(200, {"id": "a"})


@pytest.mark.parametrize(
    "trouble",
    [
        error(500, "InternalServerError", "x"),
        error(503, "ServiceUnavailable", "x"),
        Reply(502, b"<html>bad gateway</html>", HTML),
        Reply(504),
        Reply(cut=True),
        Reply(200, b"not gzip", {"Content-Encoding": "gzip"}),
    ],
)
def test_a_read_is_repeated_after_trouble(microsoft: Microsoft, client: GraphClient, trouble: Reply) -> None:
    microsoft.on("GET", PERSON, trouble, trouble, FOUND)
    assert client.user("a") is not None
    assert len(microsoft.asked) == 3


def test_repetition_has_an_end(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", PERSON, error(503, "ServiceUnavailable", "x"))
    with pytest.raises(Wait) as raised:
        client.user("a")
    assert (raised.value.code, raised.value.in_doubt, raised.value.status) == ("server_error", False, 503)
    assert len(microsoft.asked) == 4


def test_a_refusal_is_not_repeated(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", "/organization", error(403, "Authorization_RequestDenied", "Insufficient privileges"))
    with pytest.raises(Stop):
        client.organization()
    assert len(microsoft.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_the_whole_tenant(microsoft: Microsoft, open_client: Open, status: int) -> None:
    governor = RateGovernor(Rates(reads=1000, patience=5))
    first, second = open_client(governor=governor), open_client(governor=governor)
    microsoft.on("GET", PERSON, error(status, "TooManyRequests", "x", **{"Retry-After": "1"}), FOUND)
    microsoft.on("GET", "/users/b", Reply(200, {"id": "b"}))
    first.user("a")
    assert second.user("b") is not None
    throttled, repeated = microsoft.to(PERSON)
    assert repeated.at - throttled.at >= 0.99
    governor.hold(0.3)
    started = time.monotonic()
    second.user("b")
    assert time.monotonic() - started >= 0.29


def test_retry_after_may_be_a_date(microsoft: Microsoft, open_client: Open) -> None:
    noon = 1_767_268_800.0  # 2026-01-01 12:00:00 UTC
    slept: list[float] = []
    clock = Clock(wall=lambda: noon, sleep=slept.append)
    in_two_minutes = error(429, "TooManyRequests", "x", **{"Retry-After": "Thu, 01 Jan 2026 12:02:00 GMT"})
    microsoft.on("GET", PERSON, in_two_minutes, FOUND)
    client = open_client(governor=RateGovernor(Rates(reads=1000), clock))
    client.user("a")
    assert max(slept) == pytest.approx(120, abs=1)


def test_a_429_without_retry_after_waits_a_while(microsoft: Microsoft, open_client: Open) -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 1))
        now[0] += seconds

    unreadable = error(429, "TooManyRequests", "x", **{"Retry-After": "soon"})
    microsoft.on("GET", PERSON, error(429, "TooManyRequests", "x"), unreadable, FOUND)
    clock = Clock(monotonic=lambda: now[0], sleep=sleep)
    open_client(governor=RateGovernor(Rates(reads=1000), clock)).user("a")
    assert slept == [5.0, 5.0]


def test_a_tenant_that_is_throttled_for_too_long_ends_the_run(
    microsoft: Microsoft, client: GraphClient
) -> None:
    microsoft.on("GET", PERSON, error(429, "TooManyRequests", "x", **{"Retry-After": "3600"}))
    for _ in range(2):
        with pytest.raises(Stop) as raised:
            client.user("a")
        assert raised.value.code == "throttled_too_long"
    assert len(microsoft.asked) == 1


def test_throttling_without_end_ends_after_the_patience(microsoft: Microsoft, open_client: Open) -> None:
    client = open_client(rates=Rates(reads=1000, patience=0.3))
    microsoft.on("GET", PERSON, error(429, "TooManyRequests", "x", **{"Retry-After": "0"}))
    with pytest.raises(Stop) as raised:
        client.user("a")
    assert raised.value.code == "throttled_too_long"


def test_a_complaint_lowers_the_rates_of_the_client(microsoft: Microsoft, open_client: Open) -> None:
    client = open_client(governor=RateGovernor(Rates(reads=20, writes=10)))
    microsoft.on("GET", PERSON, error(429, "TooManyRequests", "x", **{"Retry-After": "0"}), FOUND)
    client.user("a")
    assert (client.governor.rate("write"), client.governor.rate("read")) == (5.0, 15.0)


def test_an_unreachable_host_is_tried_again_and_named(open_client: Open) -> None:
    with pytest.raises(Stop) as raised:
        open_client(graph_url="https://127.0.0.1:9").user("a")
    assert raised.value.code == "unreachable"
    assert str(raised.value).startswith(
        "127.0.0.1:9 cannot be reached ([Errno 111] Connection refused): check"
    )


def test_a_name_that_does_not_exist_is_said_so(open_client: Open) -> None:
    with pytest.raises(Stop) as raised:
        open_client(graph_url="https://graph.invalid", login_url="https://login.invalid").roles()
    assert raised.value.code == "unreachable"
    assert "login.invalid cannot be reached" in str(raised.value)


def test_a_certificate_that_is_not_trusted_is_said_so(microsoft: Microsoft, open_client: Open) -> None:
    with pytest.raises(Stop) as raised:
        open_client(ca_pem=None).roles()
    assert raised.value.code == "certificate_untrusted"
    assert "unable to get local issuer certificate" in str(raised.value)
    assert "--ca-file" in str(raised.value)
    assert microsoft.sign_ins == []


def test_a_server_without_tls_is_said_so(open_client: Open) -> None:
    import socket
    import threading

    plain = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                connection, _ = plain.accept()
            except OSError:
                return
            with connection:
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    threading.Thread(target=answer, daemon=True).start()
    url = f"https://127.0.0.1:{plain.getsockname()[1]}"
    with pytest.raises(Stop) as raised:
        open_client(login_url=url).roles()
    plain.close()
    assert raised.value.code == "not_graph"
    assert "does not speak TLS" in str(raised.value)


def test_connections_are_kept_open(microsoft: Microsoft, client: GraphClient) -> None:
    ports = set()

    def answer(asked: Asked) -> Reply:
        ports.add(asked.port)
        return FOUND

    microsoft.on("GET", PERSON, answer)
    for _ in range(5):
        client.user("a")
    assert len(ports) == 1


def test_a_proxy_of_the_environment_is_not_used_for_this_machine(
    microsoft: Microsoft, open_client: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    microsoft.on("GET", PERSON, FOUND)
    assert open_client().user("a") is not None


def test_pauses_grow_and_vary_within_their_bounds() -> None:
    retries = Retries(initial=1.0, most=5.0)
    for failed, longest in [(1, 1.0), (2, 2.0), (3, 4.0), (4, 5.0), (9, 5.0)]:
        pauses = [retries.pause(failed) for _ in range(20)]
        assert longest / 2 <= min(pauses) < max(pauses) <= longest


def test_a_read_that_hangs_is_given_up_and_repeated(microsoft: Microsoft, open_client: Open) -> None:
    microsoft.on("GET", PERSON, Reply(200, {"id": "a"}, after=1.0), FOUND)
    assert open_client(timeout=httpx2.Timeout(0.2)).user("a") is not None
    assert len(microsoft.asked) == 2


def test_what_microsoft_says_of_its_limit_eases_the_client_before_a_429(
    microsoft: Microsoft, open_client: Open
) -> None:
    client = open_client(governor=RateGovernor(Rates(reads=20, writes=10)))
    microsoft.on("GET", PERSON, Reply(200, {"id": "a"}, {"x-ms-throttle-limit-percentage": "1.20"}), FOUND)
    client.user("a")
    assert (client.governor.rate("write"), client.governor.rate("read")) == (8.0, 18.0)


@pytest.mark.parametrize(("scope", "rate"), [("Application", 562.5), ("Tenant_Application", 750.0)], ids=str)
def test_a_429_about_the_application_eases_all_its_tenants(
    microsoft: Microsoft, open_client: Open, scope: str, rate: float
) -> None:
    above = RateGovernor(Rates().of_application())
    client = open_client(governor=RateGovernor(Rates(), above=above))
    headers = {"Retry-After": "0", "x-ms-throttle-scope": f"{scope}/ReadWrite/client/tenant"}
    microsoft.on("GET", PERSON, error(429, "TooManyRequests", "x", **headers), FOUND)
    client.user("a")
    assert above.rate("read") == rate
