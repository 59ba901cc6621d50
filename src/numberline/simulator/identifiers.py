"""Opaque ids as Microsoft makes them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from random import Random

NUMBER_SPACE = "bc2632e3-750c-47d7-aeae-9fee035bc0c7"


def guid(random: Random) -> str:
    """A seeded GUID."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def encode(text: str) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str) -> str:
    """The inverse of `encode`; raises ValueError on anything else."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (Error, UnicodeDecodeError) as error:
        raise ValueError(f"{text!r} is not an id.") from error


def number_id(text: str) -> str:
    """The id of a numberAssignment: base64url of `{guid}|{+E164}` (Microsoft: numberassignment-get, samples)."""
    return encode(f"{NUMBER_SPACE}|{text}")


def number_of(id: str) -> str:
    """The number inside a numberAssignment id, or an empty text when it is none of ours."""
    try:
        space, _, text = decode(id).partition("|")
    except ValueError:
        return ""
    return text if space == NUMBER_SPACE else ""
