"""The Dockerfile, read as an engine reads it, and what is wrong with it by this project's rules."""

import fnmatch
import json
import re
from pathlib import Path
from typing import NamedTuple

from numberline.environment import SETTINGS

SETTINGS_KNOWN = {setting.name for setting in SETTINGS}
PROGRAMS = {"python", "pip", "install", "numberline"}
SECRET = re.compile(r"SECRET|PASSWORD|TOKEN|_KEY\b|DATABASE_URL|SMTP_URL")


class Step(NamedTuple):
    """One instruction and what it is given."""

    word: str
    rest: str


def steps(text: str) -> list[Step]:
    """The instructions, without comments and with continued lines joined."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [Step(line.split()[0].upper(), line.partition(" ")[2].strip()) for line in joined.splitlines()]


def words(rest: str) -> list[str]:
    """The words of a command in its JSON form; none if it is for a shell."""
    found = re.search(r"\[.*\]$", rest)
    return [str(word) for word in json.loads(found[0])] if found else []


def variables(text: str) -> dict[str, str]:
    """What ENV and ARG set."""
    found: dict[str, str] = {}
    for step in steps(text):
        if step.word in ("ENV", "ARG"):
            found |= dict(re.findall(r'(\w+)(?:="?([^"\s]*)"?)?', step.rest))
    return found


def last(text: str, word: str) -> str:
    """What the last instruction of this word is given; empty if there is none."""
    return next((step.rest for step in reversed(steps(text)) if step.word == word), "")


def let_through(ignored: str, path: str) -> bool:
    """Whether .dockerignore lets a path into the build: the last pattern that fits it, or a folder above, decides."""
    verdict = True
    for line in ignored.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        pattern = line.lstrip("!").strip("/")
        names = [path, *map(str, Path(path).parents)]
        if any(fnmatch.fnmatch(name, pattern) for name in names if name != "."):
            verdict = line.startswith("!")
    return verdict


def faults(text: str, ignored: str, root: Path) -> list[str]:
    """One sentence for each thing that is wrong."""
    found = [*_of_images(text), *_of_copies(text, ignored, root), *_of_commands(text), *_of_variables(text)]
    user = last(text, "USER")
    if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", user):
        found.append(f"USER is {user!r}: it must be a number other than root's, and so must its group")
    after = [step.word for step in steps(text)]
    if "USER" in after and {"RUN", "COPY"} & set(after[len(after) - after[::-1].index("USER") :]):
        found.append("files are changed after the last USER")
    if not words(last(text, "HEALTHCHECK")):
        found.append("there is no HEALTHCHECK")
    return found


def image_fault(image: str) -> str:
    """What is wrong with the name of an image of others; empty if nothing is."""
    name, _, tag = image.partition(":")
    if not tag or tag == "latest":
        return f"the image {image} has no version"
    return f"the image {image} names a registry" if "/" in name else ""


def _of_images(text: str) -> list[str]:
    images = [step.rest.split()[0] for step in steps(text) if step.word == "FROM"]
    found = list(filter(None, map(image_fault, images)))
    return found if len(images) > 1 else [*found, "what builds it is not left behind: there is one stage"]


def _of_copies(text: str, ignored: str, root: Path) -> list[str]:
    found = ["ADD fetches and unpacks: use COPY" for step in steps(text) if step.word == "ADD"]
    for step in steps(text):
        if step.word != "COPY" or "--from=" in step.rest:
            continue
        for source in step.rest.split()[:-1]:
            if not (root / source).exists():
                found.append(f"{source} is not there")
            elif not let_through(ignored, source.rstrip("/")):
                found.append(f".dockerignore keeps {source} out")
    return found


def _of_commands(text: str) -> list[str]:
    found = []
    for step in steps(text):
        if step.word not in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"):
            continue
        given = words(step.rest)
        if not given:
            found.append(f"{step.word} {step.rest} is for a shell: write it as a list")
        elif step.word != "CMD" and Path(given[0]).name not in PROGRAMS:
            found.append(f"{given[0]} is no program of the image")
        if "pip" in step.rest and "--require-hashes" not in given and "--no-index" not in given:
            found.append("pip takes what has no hash")
        if re.search(r"://(?!127\.0\.0\.1)", step.rest):
            found.append(f"{step.word} names an address")
    return found


def _of_variables(text: str) -> list[str]:
    found = []
    for name in variables(text):
        if name.startswith("NUMBERLINE_") and name not in SETTINGS_KNOWN:
            found.append(f"{name} is no setting")
        if SECRET.search(name) or name.endswith("_FILE"):
            found.append(f"{name} would be a secret in a layer")
    return found
