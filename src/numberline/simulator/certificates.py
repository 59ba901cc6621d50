"""A certificate authority for one run, so that TLS is real on loopback."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files that the server and its callers need."""

    authority: Path
    server: Path


def make(folder: Path) -> Certificates:
    """Write a new authority and a server certificate for loopback into `folder`."""
    authority = trustme.CA()
    server = authority.issue_cert("localhost", "127.0.0.1", "::1")
    files = Certificates(folder / "ca.pem", folder / "server.pem")
    authority.cert_pem.write_to_path(files.authority)
    server.private_key_and_cert_chain_pem.write_to_path(files.server)
    files.server.chmod(0o600)
    return files


def context(ca_file: Path | str) -> ssl.SSLContext:
    """A client's TLS settings that trust only that authority."""
    return ssl.create_default_context(cafile=str(ca_file))
