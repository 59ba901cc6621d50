"""The image and the composition keep to this project's rules; of each rule an offender shows that it is one."""

import re
from pathlib import Path

import pytest

from tests.ways import compose, dockerfile

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")


def commands() -> set[str]:
    """The commands of the product, as their page lists them."""
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    return set(re.findall(r"^#+ numberline ([a-z -]+)$", page.replace("`", ""), re.MULTILINE))


def planted(text: str, old: str, new: str) -> str:
    """The text with one thing changed, which must be there."""
    assert old in text, old
    return text.replace(old, new)


def test_the_image_is_as_it_should_be() -> None:
    assert dockerfile.faults(DOCKERFILE, IGNORED, ROOT) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("USER 10001:10001", "", "USER is ''"),
        ("USER 10001:10001", "USER root", "USER is 'root'"),
        ("USER 10001:10001", "USER 0:0", "USER is '0:0'"),
        ("EXPOSE 8480", 'RUN ["install", "-d", "/late"]', "files are changed after the last USER"),
        ("python:3.12-slim AS", "python:latest AS", "python:latest has no version"),
        ("python:3.12-slim AS", "python AS", "python has no version"),
        ("python:3.12-slim AS", "mirror.example/python:3 AS", "names a registry"),
        ("COPY src/ src/", "ADD src/ src/", "ADD fetches"),
        ("COPY src/ src/", "COPY tests/ src/", ".dockerignore keeps tests/ out"),
        ("COPY src/ src/", "COPY sources/ src/", "sources/ is not there"),
        ("HEALTHCHECK --interval", "LABEL interval", "no HEALTHCHECK"),
        ('CMD ["serve"]', "CMD serve", "is for a shell"),
        ('ENTRYPOINT ["numberline"]', 'ENTRYPOINT ["gunicorn"]', "gunicorn is no program"),
        ('"--require-hashes", ', "", "pip takes what has no hash"),
        ('"--no-index", "."', '"--no-index", "https://example.com/x"', "names an address"),
        ("NUMBERLINE_DATA_DIR=", "NUMBERLINE_DATA_FOLDER=", "NUMBERLINE_DATA_FOLDER is no setting"),
        ("EXPOSE 8480", "ARG NUMBERLINE_SECRET_KEY", "NUMBERLINE_SECRET_KEY would be a secret"),
        ("FROM python:3.12-slim\n", "", "there is one stage"),
    ],
)
def test_what_is_wrong_with_an_image_is_found(old: str, new: str, said: str) -> None:
    found = dockerfile.faults(planted(DOCKERFILE, old, new), IGNORED, ROOT)
    assert any(said in fault for fault in found), found


@pytest.mark.parametrize("path", [".git", "tests", ".venv", "secrets", "src/numberline/__pycache__", "var"])
def test_nothing_else_goes_into_the_build(path: str) -> None:
    assert not dockerfile.let_through(IGNORED, path)


def test_the_composition_is_as_it_should_be() -> None:
    assert {"serve", "worker", "tenant list"} <= commands()
    assert compose.faults(COMPOSE, commands()) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("read_only: true", "read_only: false", "can be written"),
        ("cap_drop: [ALL]", "cap_drop: [NET_RAW]", "keeps capabilities"),
        ("no-new-privileges:true", "label:disable", "may gain privileges"),
        ("mem_limit: 1g", "privileged: true", "privileged is not for it"),
        ("mem_limit: 1g", "hostname: x", "portal: mem_limit is not set"),
        ("pids_limit: 256", "hostname: x", "database: pids_limit is not set"),
        ('"/tmp:mode=1777,size=256m", ', "", "it has no /tmp"),
        ("127.0.0.1:8480:8480", "8480:8480", "the port 8480:8480 is open"),
        ('"database:/var/lib', '"/var/lib/postgres:/var/lib', "of the machine"),
        ("restart: unless-stopped", "restart: always", "it is not started again"),
        ("stop_grace_period: 90s", "hostname: x", "ten seconds to end"),
        ("    test: [CMD, numberline", "    tests: [CMD, numberline", "worker-1: nobody looks"),
        ("NUMBERLINE_LOG: info", "NUMBERLINE_LOUD: info", "NUMBERLINE_LOUD is no setting"),
        ("NUMBERLINE_LOG: info", "NUMBERLINE_SECRET_KEY: k", "a secret in the open"),
        ("NUMBERLINE_LOG: info", "NUMBERLINE_DATABASE_URL: postgresql://u:p@h/d", "a secret in the open"),
        ("POSTGRES_PASSWORD_FILE: /run/secrets/database_password", "POSTGRES_PASSWORD: p", "in the open"),
        ("secrets: [database_url, secret_key]", "secrets: [database_url]", "SECRET_KEY_FILE is not there"),
        ("  secret_key: {file: ./secrets/secret_key}", "", "SECRET_KEY_FILE is not there"),
        ("[database_url, secret_key]", "[database_url, secret_key, database_password]", "without need"),
        ("service_completed_successfully", "service_started", "does not wait for what it needs"),
        ("service_healthy", "service_started", "migrate: it does not wait"),
        ("command: [worker]", "command: [work]", "numberline work is no command"),
        ("  worker-2: *worker", "", "two workers"),
        ("{internal: true}", "{internal: false}", "leads outside"),
        ("postgres:17-alpine", "postgres", "postgres has no version"),
        ('user: "70:70"', 'user: "0:0"', "database: it runs as root"),
        ('user: "70:70"', "hostname: x", "database: it runs as root"),
        ("networks: [inside]", "networks: [inside, outside]", "others than the product"),
    ],
)
def test_what_is_wrong_with_a_composition_is_found(old: str, new: str, said: str) -> None:
    found = compose.faults(planted(COMPOSE, old, new), commands())
    assert any(said in fault for fault in found), found
