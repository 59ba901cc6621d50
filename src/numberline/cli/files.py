"""Reading the files that a command is given: each way it can fail is one sentence."""

import sys
from pathlib import Path

from numberline.cli.failures import Refusal

STDIN = Path("-")


def read_bytes(file: Path, what: str) -> bytes:
    """The content of a file (`-`: stdin), which must not be empty. `what` names it in errors."""
    if file == STDIN:
        data = sys.stdin.buffer.read()
        if not data.strip():
            raise Refusal(f"there is nothing on stdin: pipe the {what} into the command")
        return data
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise Refusal(f"the {what} {file} is not there: check the path") from None
    except IsADirectoryError:
        raise Refusal(f"the {what} {file} is a folder: name a file") from None
    except PermissionError:
        raise Refusal(f"the {what} {file} can't be read: allow yourself to read it") from None
    except OSError as error:
        raise Refusal(f"the {what} {file} can't be read ({error.strerror}): check the path") from None
    if not data.strip():
        raise Refusal(f"the {what} {file} is empty: write the {what} into it")
    return data


def read_text(file: Path, what: str) -> str:
    """The content of a text file in UTF-8, with or without a byte order mark."""
    try:
        return read_bytes(file, what).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(f"the {what} {file} is not text in UTF-8: save it as UTF-8") from None


def read_secret(file: Path) -> str:
    """A secret that stands alone in a file: one line."""
    secret = read_text(file, "client secret file").strip()
    if "\n" in secret:
        raise Refusal(f"the client secret file {file} has several lines: keep only the secret's value in it")
    return secret


def read_certificate(file: Path, password_file: Path | None) -> str:
    """A certificate with its private key (PEM or PKCS#12) as PEM text. Raises Refusal or CredentialsError."""
    from numberline.graph.credentials import read_certificate as parse

    data = read_bytes(file, "certificate")
    password = None if password_file is None else read_text(password_file, "password file").strip()
    return parse(data, password)


def read_authority(file: Path) -> str:
    """Certificates of an authority to trust, as PEM text."""
    from cryptography.x509 import load_pem_x509_certificates

    text = read_text(file, "CA file")
    try:
        load_pem_x509_certificates(text.encode())
    except ValueError:
        raise Refusal(
            f"the CA file {file} holds no certificate: give the authority's certificate in PEM"
        ) from None
    return text
