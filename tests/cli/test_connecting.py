"""`tenant add`, `check`, `mode` and `list` against a real simulator: what works, and every way it is refused."""

import datetime
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from numberline.audit.models import Entry
from numberline.graph.credentials import certificate_ends, certificate_thumbprint
from numberline.simulator.process import SimulatorProcess
from numberline.tenants.models import Tenant
from tests.support import programs
from tests.support.command import Command, Outcome
from tests.support.session import SECRET_KEY

ALL = [
    "User.Read.All",
    "TeamsTelephoneNumber.ReadWrite.All",
    "TeamsUserConfiguration.Read.All",
    "LicenseAssignment.Read.All",
]
BEFORE_ANY_WRITE = pytest.mark.sqlite
"""What is refused before anything is written is refused alike with any database."""
SOMEBODY = "11111111-2222-3333-4444-555555555555"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate with its private key, as an administrator makes one for the application."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "numberline")])
    begin = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path_factory.mktemp("certificate") / "app.pem"
    file.write_bytes(plain + made.public_bytes(pem))
    return file


@pytest.fixture(scope="module")
def simulator(certificate: Path) -> Iterator[SimulatorProcess]:
    """A tenant of nobody, in which the application is registered with a secret and a certificate."""
    with programs.simulator(people=3, certificate=certificate) as running:
        yield running


@pytest.fixture(autouse=True)
def consent(simulator: SimulatorProcess) -> None:
    """Every test begins with all permissions granted."""
    simulator.control.permissions(ALL)


@pytest.fixture
def secret(simulator: SimulatorProcess, tmp_path: Path) -> Path:
    """The client secret in a file, with the line end that editors leave."""
    file = tmp_path / "secret.txt"
    file.write_text(f"{simulator.client_secret}\n")
    return file


class Adding:
    """`tenant add` with everything right, unless a test says otherwise."""

    def __init__(self, cli: Command, simulator: SimulatorProcess, secret: Path) -> None:
        self.cli = cli
        self.options: dict[str, object] = {
            "--entra-id": simulator.tenant_id,
            "--client-id": simulator.client_id,
            "--client-secret-file": secret,
            "--graph-url": simulator.url,
            "--login-url": simulator.url,
            "--ca-file": simulator.ca_file,
        }

    def __call__(self, name: str = "contoso", stdin: str = "", **changes: object) -> Outcome:
        """Run it; an option given as None is left out."""
        options = self.options | {f"--{key.replace('_', '-')}": value for key, value in changes.items()}
        words = [part for key, value in options.items() if value is not None for part in (key, value)]
        return self.cli("tenant", "add", name, *words, stdin=stdin)

    def tenants(self) -> list[dict[str, object]]:
        """The tenants that are stored."""
        found: list[dict[str, object]] = json.loads(self.cli("tenant", "list", "--json").out)["items"]
        return found


@pytest.fixture
def add(cli: Command, simulator: SimulatorProcess, secret: Path) -> Adding:
    """See Adding."""
    return Adding(cli, simulator, secret)


def refused(done: Outcome, *words: str) -> None:
    """Exit 1 with one sentence that has these words; nothing on stdout, and nothing stored."""
    assert done.code == 1
    assert done.out == ""
    assert done.err.startswith("numberline: ")
    assert done.err.count("\n") == 1, done.err
    assert "Traceback" not in done.err
    assert [word for word in words if word not in done.err] == [], done.err
    assert not Tenant.objects.exists()


def test_a_tenant_is_connected_with_a_secret_from_a_file(add: Adding, simulator: SimulatorProcess) -> None:
    done = add()
    assert (done.code, done.err) == (0, "")
    assert "Connected contoso (Contoso, GB) in mode observe." in done.out
    assert add.tenants() == [
        {
            "tenant": "contoso",
            "entra_id": simulator.tenant_id,
            "mode": "observe",
            "country": "GB",
            "poll_seconds": 60,
            "last_run": None,
            "outcome": None,
            "error": None,
        }
    ]


def test_a_secret_is_read_from_stdin(add: Adding, simulator: SimulatorProcess) -> None:
    assert add(client_secret_file="-", stdin=simulator.client_secret + "\n").code == 0


def test_a_tenant_is_connected_with_a_certificate(add: Adding, certificate: Path) -> None:
    done = add(client_secret_file=None, certificate=certificate)
    assert (done.code, done.err) == (0, "")


def test_the_secret_is_nowhere_readable(
    add: Adding, simulator: SimulatorProcess, data_dir: Path, database: str
) -> None:
    assert add().code == 0
    assert simulator.client_secret.encode() not in bytes(Tenant.objects.get().credential)
    files = [file for file in data_dir.rglob("*") if file.is_file()]
    assert not [file for file in files if simulator.client_secret.encode() in file.read_bytes()]


def test_a_tenant_is_connected_before_an_administrator_has_consented(
    add: Adding, simulator: SimulatorProcess
) -> None:
    simulator.control.permissions([])
    done = add()
    assert done.code == 0
    assert "the check says which permissions are missing" in done.out
    assert add.tenants()[0]["entra_id"] == simulator.tenant_id


@BEFORE_ANY_WRITE
def test_a_wrong_secret_is_told(add: Adding, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("not the secret")
    done = add(client_secret_file=wrong)
    refused(done, "secret is wrong", "new client secret")
    assert "not the secret" not in done.err


@BEFORE_ANY_WRITE
def test_an_unknown_tenant_is_told(add: Adding) -> None:
    refused(add(entra_id=SOMEBODY), "no Microsoft 365 tenant")


@BEFORE_ANY_WRITE
def test_an_unknown_application_is_told(add: Adding) -> None:
    refused(add(client_id=SOMEBODY), "no application with this client id")


@BEFORE_ANY_WRITE
def test_an_application_id_that_is_none_is_told(add: Adding) -> None:
    refused(add(client_id="numberline"), "no application (client) id")


@BEFORE_ANY_WRITE
def test_an_unreachable_host_is_told(add: Adding) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = f"https://127.0.0.1:{probe.getsockname()[1]}"
    refused(add(login_url=closed), closed.removeprefix("https://"), "cannot be reached")


@BEFORE_ANY_WRITE
def test_a_wrong_graph_host_is_told(add: Adding) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = f"https://127.0.0.1:{probe.getsockname()[1]}"
    refused(add(graph_url=closed), "cannot be reached")


@BEFORE_ANY_WRITE
def test_a_host_name_that_does_not_exist_is_told(add: Adding) -> None:
    refused(add(login_url="https://login.nowhere.invalid"), "login.nowhere.invalid", "cannot be reached")


@BEFORE_ANY_WRITE
def test_a_certificate_that_is_not_trusted_is_told(add: Adding) -> None:
    refused(add(ca_file=None), "not trusted", "--ca-file")


@BEFORE_ANY_WRITE
@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://127.0.0.1:1/v1.0", "127.0.0.1", "https://"])
def test_an_address_that_is_no_https_root_is_told(add: Adding, url: str) -> None:
    refused(add(graph_url=url), "https://host[:port]")


@BEFORE_ANY_WRITE
def test_exactly_one_credential_is_asked_for(add: Adding, certificate: Path) -> None:
    refused(add(certificate=certificate), "exactly one")
    refused(add(client_secret_file=None), "exactly one")


@BEFORE_ANY_WRITE
def test_a_secret_file_that_is_not_there_is_told(add: Adding, tmp_path: Path) -> None:
    refused(add(client_secret_file=tmp_path / "none.txt"), "none.txt is not there")


@BEFORE_ANY_WRITE
def test_an_empty_secret_file_is_told(add: Adding, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text(" \n")
    refused(add(client_secret_file=tmp_path / "empty.txt"), "empty.txt is empty")


@BEFORE_ANY_WRITE
def test_a_secret_file_that_is_a_folder_is_told(add: Adding, tmp_path: Path) -> None:
    refused(add(client_secret_file=tmp_path), "is a folder")


@BEFORE_ANY_WRITE
def test_a_secret_file_of_several_lines_is_told(add: Adding, tmp_path: Path) -> None:
    (tmp_path / "two.txt").write_text("one\ntwo\n")
    refused(add(client_secret_file=tmp_path / "two.txt"), "several lines")


@BEFORE_ANY_WRITE
def test_nothing_on_stdin_is_told(add: Adding) -> None:
    refused(add(client_secret_file="-"), "nothing on stdin")


@BEFORE_ANY_WRITE
def test_a_certificate_without_its_key_is_told(add: Adding, certificate: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.pem"
    alone.write_text(
        "-----BEGIN CERTIFICATE-----" + certificate.read_text().partition("-----BEGIN CERTIFICATE-----")[2]
    )
    refused(add(client_secret_file=None, certificate=alone), "no private key")


@BEFORE_ANY_WRITE
def test_a_file_that_is_no_certificate_is_told(add: Adding, tmp_path: Path) -> None:
    (tmp_path / "text.pem").write_text("hello")
    refused(add(client_secret_file=None, certificate=tmp_path / "text.pem"), "cannot be read")


@BEFORE_ANY_WRITE
def test_a_ca_file_without_a_certificate_is_told(add: Adding, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    refused(add(ca_file=tmp_path / "ca.pem"), "holds no certificate")


@BEFORE_ANY_WRITE
@pytest.mark.parametrize("name", ["", " ", "a\nb", "-x", "x" * 101, SOMEBODY])
def test_a_name_that_can_be_none_is_told(add: Adding, name: str) -> None:
    done = add(name) if not name.startswith("-") else add.cli("tenant", "add", "--", name)
    refused(done)


def test_a_name_is_taken_only_once(add: Adding) -> None:
    assert add().code == 0
    again = add("Contoso", entra_id=SOMEBODY)
    assert (again.code, again.err) == (
        1,
        "numberline: there is a tenant contoso already: choose another name.\n",
    )


def test_a_tenant_is_connected_only_once(add: Adding, simulator: SimulatorProcess) -> None:
    assert add().code == 0
    again = add("fabrikam")
    assert again.code == 1
    assert again.err == f"numberline: the tenant {simulator.tenant_id} is connected already, as contoso.\n"
    assert len(add.tenants()) == 1


def entries() -> list[Entry]:
    """What the audit trail says of credentials."""
    return list(Entry.objects.of(Tenant.objects.get().pk).filter(verb="credential"))


def test_a_credential_is_replaced_by_another_one_that_works(
    add: Adding, simulator: SimulatorProcess, certificate: Path, secret: Path
) -> None:
    add()
    done = add.cli("tenant", "credential", "Contoso", "--certificate", certificate)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("contoso signs in with the new certificate from now on.")
    assert add.cli("tenant", "check", "contoso").code == 0
    given = ("tenant", "credential", "contoso", "--client-secret-file", secret)
    assert add.cli(*given, "--secret-ends", "2020-01-31").code == 0
    assert "client secret of the application ended on 2020-01-31" in add.cli("worklist", "contoso").out
    assert add.cli(*given).code == 0
    assert add.cli("worklist", "contoso").out == "Nothing in contoso needs a human.\n"
    assert "write --secret-ends as 2027-01-31" in add.cli(*given, "--secret-ends", "soon").err
    assert add.cli("tenant", "check", "contoso").code == 0
    thumbprint = certificate_thumbprint(certificate.read_text())
    first, dated, second = entries()
    assert dated.after == {"kind": "client_secret", "ends": "2020-01-31"}
    ends = certificate_ends(certificate.read_text()).date().isoformat()
    assert first.after == {"kind": "certificate", "thumbprint": thumbprint, "ends": ends}
    assert second.after == {"kind": "client_secret"}
    assert first.actor.startswith("cli:")


def test_a_credential_that_does_not_work_replaces_nothing(add: Adding, tmp_path: Path) -> None:
    add()
    before = bytes(Tenant.objects.get().credential)
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("not the secret")
    done = add.cli("tenant", "credential", "contoso", "--client-secret-file", wrong)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("numberline: The client secret is wrong")
    assert "`numberline tenant credential`" in done.err
    assert "not the secret" not in done.err
    assert done.err.count("\n") == 1
    assert bytes(Tenant.objects.get().credential) == before
    assert entries() == []


def test_without_the_secret_key_nothing_is_changed_and_with_both_a_new_one_takes_over(
    add: Adding, secret: Path
) -> None:
    add()
    other = "another key " * 4
    lost = add.cli("tenant", "check", "contoso", env={"NUMBERLINE_SECRET_KEY": other})
    assert lost.code == 1
    assert "another secret key" in lost.err
    words = ("tenant", "credential", "contoso", "--client-secret-file", secret)
    refused = add.cli(*words, env={"NUMBERLINE_SECRET_KEY": other})
    assert (refused.code, refused.out) == (1, ""), "the trail could not be gone on with"
    both = {"NUMBERLINE_SECRET_KEY": f"{other},{SECRET_KEY}"}
    assert add.cli(*words, env=both).code == 0
    assert add.cli("tenant", "check", "contoso", env=both).code == 0


@BEFORE_ANY_WRITE
def test_exactly_one_new_credential_is_asked_for(add: Adding) -> None:
    add()
    done = add.cli("tenant", "credential", "contoso")
    assert (done.code, done.out) == (1, "")
    assert "exactly one of them" in done.err


def test_the_check_finds_everything_in_order(add: Adding) -> None:
    add()
    done = add.cli("tenant", "check", "contoso", "--json")
    assert done.code == 0
    told = json.loads(done.out)
    assert (told["tenant"], told["ok"]) == ("contoso", True)
    assert all(check["ok"] for check in told["checks"])


@BEFORE_ANY_WRITE
def test_the_check_names_a_missing_permission_and_its_mending(
    add: Adding, simulator: SimulatorProcess
) -> None:
    add()
    simulator.control.permissions([name for name in ALL if name != "TeamsTelephoneNumber.ReadWrite.All"])
    done = add.cli("tenant", "check", "contoso")
    assert (done.code, done.err) == (1, "")
    assert "TeamsTelephoneNumber.ReadWrite.All" in done.out
    assert "grant admin consent" in done.out


@BEFORE_ANY_WRITE
def test_the_check_does_without_what_is_optional(add: Adding, simulator: SimulatorProcess) -> None:
    add()
    simulator.control.permissions([name for name in ALL if name != "LicenseAssignment.Read.All"])
    done = add.cli("tenant", "check", "contoso", "--json")
    assert done.code == 0
    assert [c["check"] for c in json.loads(done.out)["checks"] if not c["ok"]] == ["subscribedSkus"]


@BEFORE_ANY_WRITE
def test_a_sync_names_a_missing_permission(add: Adding, simulator: SimulatorProcess) -> None:
    add()
    simulator.control.permissions([name for name in ALL if name != "User.Read.All"])
    done = add.cli("sync", "contoso")
    assert (done.code, done.out) == (1, "")
    assert "User.Read.All" in done.err
    assert done.err.count("\n") == 1


def test_the_mode_is_switched_by_name_and_by_entra_id(add: Adding, simulator: SimulatorProcess) -> None:
    add()
    assert (
        add.cli("tenant", "mode", "CONTOSO", "full").out
        == "contoso is now in mode full (it was in observe).\n"
    )
    assert (
        add.cli("tenant", "mode", simulator.tenant_id.upper(), "full").out
        == "contoso is in mode full already.\n"
    )
    assert add.tenants()[0]["mode"] == "full"


def test_a_tenant_is_called_something_else(add: Adding) -> None:
    add()
    done = add.cli("tenant", "rename", "contoso", "Contoso UK")
    assert done.out == (
        "contoso is now called Contoso UK.\n"
        'Write "tenant: Contoso UK" in its configuration file before you apply it again.\n'
    )
    assert [row["tenant"] for row in add.tenants()] == ["Contoso UK"]
    refused = add.cli("tenant", "rename", "Contoso UK", "a/b")
    assert (refused.code, refused.out) == (1, "")
    assert "'a/b' can't be a tenant's name" in refused.err


def test_a_tenant_is_retired_and_its_trail_is_still_verified(add: Adding) -> None:
    add()
    retire = ("tenant", "retire", "contoso", "--reason", "moved away", "--confirm")
    refused = add.cli(*retire, "contoso")
    assert (refused.code, refused.out) == (1, "")
    assert "switch contoso to mode off first" in refused.err
    add.cli("tenant", "mode", "contoso", "off")
    assert "contoso is retired" in add.cli(*retire, "contoso").out
    assert add.tenants() == []
    verified = add.cli("audit", "verify")
    assert verified.code == 0
    assert verified.out.startswith("contoso, retired ")
    assert ": whole, 3 entries" in verified.out


@pytest.mark.parametrize(
    "words",
    [
        "tenant mode",
        "tenant check",
        "tenant credential",
        "tenant rename",
        "sync",
        "plan",
        "number list",
        "worklist",
    ],
)
def test_an_unknown_tenant_is_told_by_every_command(cli: Command, words: str) -> None:
    more = {
        "tenant mode": ["full"],
        "tenant rename": ["other"],
        "tenant credential": ["--client-secret-file", "-"],
    }
    done = cli(*words.split(), "fabrikam", *more.get(words, []), stdin="a secret")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("numberline: there is no tenant 'fabrikam'")
    assert done.err.count("\n") == 1
