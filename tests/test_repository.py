"""What the repository as a whole promises: locks without addresses, no trace of anybody's machine, one way to run."""

import os
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("run", "dev", "peer", "postgres")
# In pieces, so that this file is not itself what it looks for.
HOSTS = "|".join(
    (
        "python" + r"hosted\.",
        "py" + r"pi\.org",
        r"registry\.np" + "mjs",
        r"deb\.deb" + "ian",
        r"files\.py" + "thon",
    )
)
MACHINE_PATHS = "/(" + "|".join(("wor" + "k", "far" + "m", "roo" + "t", "tmp/bash_" + "jobs")) + ")/"


@cache
def texts() -> dict[str, str]:
    """Every text file that is, or is about to be, part of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    found = {}
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and b"\0" not in (raw := path.read_bytes()):
            found[name] = raw.decode("utf-8")
    return found


def lines_with(pattern: str) -> list[str]:
    looked_for = re.compile(pattern, re.IGNORECASE)
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if looked_for.search(line)
    ]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_there_is_something_to_look_through() -> None:
    assert {"Makefile", "pyproject.toml", "src/numberline/clock.py"} <= set(texts())


def test_no_package_host_is_named_anywhere() -> None:
    assert lines_with(HOSTS) == []


def test_no_path_of_somebodys_machine_is_named_anywhere() -> None:
    assert lines_with(MACHINE_PATHS) == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_hashes_for_everything_and_no_address(name: str) -> None:
    text = texts()[f"requirements/{name}.txt"]
    assert "://" not in text
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert len(requirements) >= 2
    for requirement in requirements:
        assert re.match(r"[a-z0-9][a-z0-9._-]*==\S+", requirement), requirement.splitlines()[0]
        assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", texts()[f"requirements/{name}.txt"], re.MULTILINE))


def test_the_locks_agree_with_each_other() -> None:
    locked = pins("dev")
    for name in LOCKS:
        differ = {key: version for key, version in pins(name).items() if locked.get(key, version) != version}
        assert differ == {}, f"requirements/{name}.txt differs from dev.txt: run make lock"


@pytest.mark.parametrize(
    ("lock", "groups"),
    [("run", ()), ("dev", ("test", "check")), ("peer", ("peer",)), ("postgres", ("postgres",))],
)
def test_everything_that_the_project_asks_for_is_locked(lock: str, groups: tuple[str, ...]) -> None:
    asked = [] if lock in ("peer", "postgres") else list(project()["project"]["dependencies"])
    for group in groups:
        asked += project()["dependency-groups"][group]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", line)[0].lower()) for line in asked}
    assert names - set(pins(lock)) == set(), "run make lock"


def test_ci_runs_what_developers_run() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    steps = [line for line in script.read_text(encoding="utf-8").splitlines() if line.startswith("make ")]
    assert [step.split()[1] for step in steps] == ["check", "bench", "test"]


@pytest.mark.parametrize("path", sorted((ROOT / "scripts").glob("*.sh")), ids=lambda path: path.name)
def test_scripts_can_be_run_and_stop_at_errors(path: Path) -> None:
    assert os.access(path, os.X_OK)
    assert "\nset -eu\n" in path.read_text(encoding="utf-8")


def test_every_target_of_make_says_what_it_is_for() -> None:
    makefile = texts()["Makefile"]
    targets = re.findall(r"^([a-z]+):", makefile, re.MULTILINE)
    explained = re.findall(r"^([a-z]+):.* ## \S", makefile, re.MULTILINE)
    assert targets == explained
    assert {"help", "demo", "test", "check", "bench", "soak", "lock", "format"} <= set(targets)


def test_the_licence_is_the_one_the_project_names() -> None:
    assert project()["project"]["license"] == "AGPL-3.0-or-later"
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in texts()["LICENSE"].splitlines()[0]


def test_every_test_that_the_roadmap_names_is_there() -> None:
    """A test named without its file is of the file named last."""
    text = (ROOT / "ROADMAP.md").read_text(encoding="utf-8")
    file, missing, named = "", [], 0
    for path, test in re.findall(r"`((?:\w+/)*test_\w+\.py)?(?:::(test_\w+))?`", text):
        file = path or file
        if path or test:
            named += 1
            source = ROOT / "tests" / file
            if not source.is_file() or f"def {test}" not in source.read_text(encoding="utf-8"):
                missing.append(f"{file}::{test}")
    assert missing == []
    assert named > 200
