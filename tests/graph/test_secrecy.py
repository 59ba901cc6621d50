"""Neither the secret nor a token is ever seen: not in a log, not in an error, not in a repr."""

import io
import logging
import traceback
from collections.abc import Callable, Iterator

import pytest
import structlog

from numberline.graph import Credentials, GraphClient, GraphError
from tests.graph.conftest import Open, credentials
from tests.graph.microsoft import HTML, JSON, SECRET, Asked, Microsoft, Reply, error, form
from tests.graph.test_sign_in import certificate_for, key_pem, pem

MARKS = ("RECOGNISABLE", "PRIVATE KEY")
NUMBERS = "/admin/teams/telephoneNumberManagement/numberAssignments"
OPERATION = f"{NUMBERS.rpartition('/')[0]}/operations('a')"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that anybody logs, at the lowest level."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    before, level = structlog.get_config(), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    structlog.configure(
        processors=[structlog.processors.ExceptionRenderer(), structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(written),
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        cache_logger_on_first_use=False,
    )
    yield written
    structlog.configure(**before)
    root.removeHandler(handler)
    root.setLevel(level)


def echo(asked: Asked) -> Reply:
    """A proxy's error page that shows the request."""
    page = f"<pre>{asked.headers} {asked.body!r}</pre>"
    return Reply(403, page.encode(), HTML)


def trouble(microsoft: Microsoft, answer: Reply | Callable[[Asked], Reply]) -> None:
    """Let everything end with this answer."""
    for path in ("/users/delta", "/users/a", "/directory/deletedItems/a", NUMBERS, OPERATION):
        microsoft.on("GET", path, answer)
    for path in ("/organization", "/subscribedSkus", "/users", "/admin/teams/userConfigurations/a"):
        microsoft.on("GET", path, answer)
    microsoft.on("GET", "/admin/teams/userConfigurations", answer)
    microsoft.on("POST", f"{NUMBERS}/assignNumber", answer)
    microsoft.on("POST", f"{NUMBERS}/unassignNumber", answer)


def everything(client: GraphClient) -> list[Callable[[], object]]:
    return [
        client.roles,
        client.organization,
        client.subscribed_skus,
        client.users_delta,
        lambda: client.user("a"),
        lambda: client.deleted_user("a"),
        lambda: client.user_configuration("a"),
        lambda: list(client.number_pages()),
        lambda: client.number("+442079460001"),
        lambda: client.numbers_of("a"),
        lambda: client.assign_number("+442079460001", "a", "direct_routing"),
        lambda: client.unassign_number("+442079460001", "direct_routing"),
        lambda: client.operation(f"{client.credentials.graph_url}/v1.0{OPERATION}"),
        client.diagnose,
    ]


def told(client: GraphClient) -> str:
    """All that can be seen of running everything: errors with their local variables, results, reprs."""
    seen = [repr(client), repr(client.credentials), repr(vars(client)), repr(client._transport.tokens)]
    return "\n".join([*seen, *map(_outcome, everything(client))])


def _outcome(call: Callable[[], object]) -> str:
    try:
        return repr(call())
    except GraphError as failed:
        kept = traceback.TracebackException.from_exception(failed, capture_locals=True)
        return "\n".join([str(failed), repr(failed), repr(vars(failed)), *kept.format()])


ANSWERS: dict[str, Reply | Callable[[Asked], Reply]] = {
    "fine": Reply(200, {"value": [], "@odata.deltaLink": "/v1.0/users/delta?$deltatoken=1"}, JSON),
    "server error": error(503, "ServiceUnavailable", "x"),
    "refused": error(400, "BadRequest", "Something new"),
    "forbidden": error(403, "Forbidden", "Access Denied."),
    "expired token": error(401, "InvalidAuthenticationToken", "x"),
    "cut": Reply(cut=True),
    "throttled": error(429, "TooManyRequests", "x", **{"Retry-After": "3600"}),
    "proxy that echoes": echo,
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_graph_answers_nothing_secret_is_seen(
    microsoft: Microsoft, open_client: Open, log: io.StringIO, capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    trouble(microsoft, ANSWERS[answer])
    seen = told(open_client())
    out = capsys.readouterr()
    assert "graph.call" in log.getvalue()
    for mark in MARKS:
        assert mark not in seen + log.getvalue() + out.out + out.err
    assert microsoft.asked[0].headers["authorization"].startswith("Bearer eyJ")
    assert form(microsoft.sign_ins[0])["client_secret"] == SECRET


def echoed_form(asked: Asked) -> Reply:
    return Reply(401, {"error": "invalid_client", "error_description": f"bad: {form(asked)}"}, JSON)


SIGN_INS: dict[str, Reply | Callable[[Asked], Reply]] = {
    "wrong secret": Reply(401, {"error": "invalid_client", "error_description": "AADSTS7000215: no"}, JSON),
    "server error": Reply(503),
    "cut": Reply(cut=True),
    "proxy that echoes": lambda asked: Reply(200, b"<pre>" + asked.body + b"</pre>", HTML),
    "refusal that echoes": echoed_form,
    "no token": Reply(200, {"token_type": "Bearer"}, JSON),
}


@pytest.mark.parametrize("answer", SIGN_INS)
@pytest.mark.parametrize("by", ["secret", "certificate"])
def test_whatever_the_sign_in_service_answers_nothing_secret_is_seen(
    microsoft: Microsoft,
    open_client: Open,
    log: io.StringIO,
    capsys: pytest.CaptureFixture[str],
    certificate_pem: str,
    by: str,
    answer: str,
) -> None:
    microsoft.sign_in_answers = [SIGN_INS[answer]] * 200
    client = open_client() if by == "secret" else open_client(certificate_pem=certificate_pem)
    seen = told(client)
    out = capsys.readouterr()
    for mark in MARKS:
        assert mark not in seen + log.getvalue() + out.out + out.err
    assert microsoft.asked == []


@pytest.fixture(scope="module")
def certificate_pem() -> str:
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    return (key_pem(key) + pem(certificate_for(key))).decode()


def test_credentials_show_neither_secret_nor_key(microsoft: Microsoft, certificate_pem: str) -> None:
    by_secret: Credentials = credentials(microsoft)
    by_certificate = credentials(microsoft, certificate_pem=certificate_pem)
    assert by_secret.secret == SECRET
    for mark in MARKS:
        assert mark not in f"{by_secret} {by_certificate} {by_secret!r} {by_certificate!r}"
