"""The documentation says what is so: commands run and print what is shown, links lead somewhere, codes are all there."""

import json
import re
import shlex
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer._click import Command as ClickCommand
from typer.core import TyperGroup

from numberline.access import reference
from numberline.cli.commands import command
from numberline.cli.demo import story
from numberline.core.decision import Action, Code
from numberline.core.explain import Verdict
from numberline.graph.diagnose import NEEDED
from numberline.inventory.configfile import parse
from numberline.simulator.client import Control
from numberline.worklist.codes import ADVICE
from tests.support import pages, programs
from tests.support.command import ROOT, Command
from tests.support.source import PACKAGE
from tests.support.tenant import PARK_LANE, connected

pytestmark = (
    pytest.mark.sqlite
)  # the pages are the subject; what their commands do is tested on both databases

DOCS = ROOT / "docs"
PAGES = pages.pages()
EXITS = {"plan": {0, 2}}
SOMEBODY = {"city": "London", "officeLocation": "Park Lane", "usageLocation": "GB", "licences": ["SPE_E5"]}
needs_tools = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")), reason="the pages use curl and openssl"
)


def page_id(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@dataclass
class Reader:
    """Somebody who follows a page in a folder, with `numberline` on the path and a simulated tenant.

    `instead` is what the reader types in place of what the page shows.
    """

    cli: Command
    folder: Path
    instead: Mapping[str, str] = field(default_factory=dict)

    def follow(self, steps: list[pages.Step]) -> None:
        for step in steps:
            if step.file:
                (self.folder / step.file).write_text(step.text, encoding="utf-8")
                continue
            done = self.run(step.command)
            printed = done.stdout + done.stderr
            words = step.command.split()
            allowed = EXITS.get(words[1], {0}) if words[0] == "numberline" else {0}
            assert done.returncode in allowed, f"{step.command}\n{printed}"
            assert pages.agrees(step.shown, printed), f"{step.command} printed\n{printed}"

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        for shown, typed in self.instead.items():
            line = line.replace(shown, typed)
        environment = self.cli.environment()
        environment["PATH"] = f"{self._programs()}:{environment['PATH']}"
        return subprocess.run(
            ["sh", "-c", line],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    def _programs(self) -> Path:
        folder = self.folder / "programs"
        folder.mkdir(exist_ok=True)
        program = folder / "numberline"
        line = shlex.join(programs.warm("tests.support.quick:main"))
        program.write_text(f'#!/bin/sh\nexec {line} "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return folder


def simulated(cli: Command, *options: str) -> dict[str, str]:
    """Start `numberline simulate` and give the line that it prints."""
    process = cli.start("simulate", *options)
    assert process.stdout is not None
    ready: dict[str, str] = json.loads(process.stdout.readline())
    return ready


@pytest.mark.long(10)
@needs_tools
def test_the_tutorial_works_as_it_is_written(cli: Command, tmp_path: Path) -> None:
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    shown = json.loads(re.search(r"```json\n(.*?)\n```", text).group(1))  # type: ignore[union-attr]
    line = re.search(r"^numberline simulate (.*)$", text, re.MULTILINE)
    assert line is not None
    options = line.group(1).replace("--port 8443", "--port 0").split()
    ready = simulated(cli, *options)
    port = ready["url"].rpartition(":")[2]
    assert json.loads(json.dumps(ready).replace(port, "8443")) == shown
    Reader(cli, tmp_path, {"8443": port}).follow(pages.steps(DOCS / "tutorial.md"))


@needs_tools
@pytest.mark.parametrize("credential", ["certificate", "secret"])
def test_connecting_a_tenant_works_as_it_is_written(cli: Command, tmp_path: Path, credential: str) -> None:
    page = DOCS / "how-to" / "connect-a-tenant.md"
    steps = [step for step in pages.steps(page) if not is_the_other_way(step, credential)]
    reader = Reader(cli, tmp_path)
    if credential == "certificate":
        made = [step for step in steps if "openssl" in step.command or "numberline.pem" in step.command]
        reader.follow(made[:2])
        options = ["--certificate", "numberline-certificate.pem"]
        steps = [step for step in steps if step not in made[:2]]
    else:
        (tmp_path / "secret.txt").write_text("the secret's value")
        options = ["--client-secret", "the secret's value"]
    ready = simulated(cli, "--people", "0", *options)
    with Control(ready["url"], ready["ca_file"]) as control:
        control.permissions(list(permissions_in(page.read_text(encoding="utf-8"))))
        control.add_person(userPrincipalName="adele@contoso.example", displayName="Adele Vance", **SOMEBODY)
    trusted = f"--graph-url {ready['url']} --login-url {ready['url']} --ca-file {ready['ca_file']}"
    reader.instead = {
        "11111111-2222-3333-4444-555555555555": ready["tenant_id"],
        "66666666-7777-8888-9999-000000000000": f"{ready['client_id']} {trusted}",
    }
    reader.follow(steps)


def test_setting_things_by_hand_works_as_it_is_written(cli: Command, tmp_path: Path) -> None:
    with connected(cli, tmp_path) as office:
        for name, licences in (("adele", ["SPE_E5"]), ("lobby", ["SPE_E5"]), ("nestor", [])):
            office.joiners(1, userPrincipalName=f"{name}@contoso.example", licences=licences)
        office.sync()
        Reader(cli, tmp_path).follow(pages.steps(DOCS / "how-to" / "hands-on.md"))


@pytest.mark.long(12)
def test_giving_and_taking_by_hand_works_as_it_is_written(cli: Command, tmp_path: Path) -> None:
    leeds = """
  - name: Leeds
    type: direct_routing
    numbers: ["+441134960000-+441134960099"]
    rule: 'City = "Leeds"'
"""
    with connected(cli, tmp_path, configuration=PARK_LANE + leeds) as office:
        office.simulator.control.faults(operation_seconds=0.05)
        for name in ("adele", "bert"):
            office.joiners(1, userPrincipalName=f"{name}@contoso.example")
            office.sync()
        office.joiners(1, userPrincipalName="tom@contoso.example", city="York")
        (carla,) = office.joiners(1, userPrincipalName="carla@contoso.example", city="York")
        office.sync()
        give = ("number", "assign", "contoso", "carla@contoso.example", "+442079460003", "--reason", "a test")
        assert office.cli(*give).code == 0
        office.simulator.control.change(carla, city="London")
        for person in office.json("person", "list", "contoso")["items"]:
            if person["upn"][:5] in ("adele", "bert@"):
                office.simulator.control.change(person["person"], city="Leeds")
        office.sync()
        Reader(cli, tmp_path).follow(pages.steps(DOCS / "how-to" / "numbers-by-hand.md"))


def permissions_in(text: str) -> dict[str, str]:
    """The table of permissions on a page: whether each is needed, `yes` or `no`."""
    return dict(re.findall(r"^ *\| `([A-Za-z.]+)` \| (yes|no) \|", text, re.MULTILINE))


def is_the_other_way(step: pages.Step, credential: str) -> bool:
    """Whether a step belongs to signing in the other way than this."""
    other = "secret.txt" if credential == "certificate" else r"\.pem"
    return re.search(other, step.command) is not None


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in pages.links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name} links to {link}"
        if anchor and target.suffix == ".md":
            assert anchor in pages.anchors(target), f"{page.name} links to {link}"


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_configuration_that_a_page_shows_would_be_taken(page: Path) -> None:
    for block in re.findall(
        r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        if re.search(r"^(tenant|ranges):", block, re.MULTILINE):
            parse(block if "tenant:" in block else f"tenant: contoso\n{block}")


NUMBERLINE = re.compile(r"^(?:sudo -u \S+ |ExecStart=)?(?:[A-Z_]+=\S+ )*(?:\S*/)?numberline(?: (.*))?$")


def commands_of(page: Path) -> Iterator[list[str]]:
    """The `numberline` commands that a page names, as words."""
    for code in pages.code_of(page):
        for part in re.split(r"[|;>]|&&|\$\(", code.removeprefix("$ ")):
            found = NUMBERLINE.match(part.strip())
            if found is None:
                continue
            try:
                yield shlex.split(found.group(1) or "", comments=True)
            except ValueError:  # a quote that closes on a later line
                yield (found.group(1) or "").split()


def strange_in(words: list[str]) -> str | None:
    """What of a command's words is neither a command nor one of its options."""
    at: ClickCommand = command()
    for word in words:
        options = {name for parameter in at.params for name in parameter.opts} | {"--help", "-h"}
        if word.startswith("--"):
            if word.partition("=")[0] not in options:
                return word
        elif isinstance(at, TyperGroup):
            if word not in at.commands:
                return word
            at = at.commands[word]
    return None


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_command_and_option_that_a_page_names_is_there(page: Path) -> None:
    strange = [words for words in commands_of(page) if strange_in(words) is not None]
    assert strange == []


def test_the_pages_do_name_commands_and_a_wrong_one_would_be_noticed() -> None:
    assert sum(len(list(commands_of(page))) for page in PAGES) > 60
    assert strange_in(["sync", "contoso", "--full"]) is None
    assert strange_in(["sync", "contoso", "--fully"]) == "--fully"
    assert strange_in(["tenant", "remove", "contoso"]) == "remove"


def rows_of(text: str, heading: str) -> dict[str, str]:
    """The tables of a section: what stands as code in the first column, and the rest of the row."""
    section = re.split(r"^## ", text.split(f"## {heading}\n")[1], flags=re.MULTILINE)[0]
    return dict(re.findall(r"^\| `(\w+)` \|(.*)\|$", section, re.MULTILINE))


def test_every_code_of_a_decision_is_explained_with_its_actions() -> None:
    text = (DOCS / "explain" / "how-a-number-is-chosen.md").read_text(encoding="utf-8")
    rows = rows_of(text, "Every code")
    assert set(rows) == {str(code) for code in Code}
    for actions in rows.values():
        named = set(re.findall(r"`(\w+)`", actions.split("|")[0]))
        assert named
        assert named <= {str(action) for action in Action}


def test_every_verdict_on_a_range_is_explained() -> None:
    text = (DOCS / "explain" / "how-a-number-is-chosen.md").read_text(encoding="utf-8")
    assert set(rows_of(text, "What explain says of each range")) == {str(verdict) for verdict in Verdict}


def test_what_to_do_about_the_worklist_is_said_of_every_code() -> None:
    text = (DOCS / "how-to" / "when-something-is-wrong.md").read_text(encoding="utf-8")
    assert set(rows_of(text, "Something is on the worklist")) == set(ADVICE)


@pytest.mark.parametrize("page", ["README.md", "docs/how-to/connect-a-tenant.md"])
def test_exactly_the_permissions_that_are_needed_are_asked_for(page: str) -> None:
    named = permissions_in((ROOT / page).read_text(encoding="utf-8"))
    assert named == {**dict.fromkeys(NEEDED, "yes"), "LicenseAssignment.Read.All": "no"}


def test_the_readme_shows_the_demo_as_it_speaks() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    words = re.findall(r"^ +\d+\.\d s  (\w+)", text, re.MULTILINE)
    assert {story.JOINED, story.DETECTED, story.DECIDED, story.ASSIGNED, story.WAITING} <= set(words)
    assert set(words) <= {"demo", *(value for value in vars(story).values() if isinstance(value, str))}


def test_the_architecture_names_every_room() -> None:
    text = (DOCS / "explain" / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert {room for room in rooms if f"`{room}/`" not in text} == set()
    named = set(re.findall(r"`(\w+/\w+\.(?:py|lark))`", text))
    assert {path for path in named if not (PACKAGE / path).exists()} == set()


def test_the_page_of_roles_is_as_it_is_written_from_the_tables() -> None:
    kept = (DOCS / "reference" / "roles.md").read_text(encoding="utf-8")
    assert kept == reference.page(), "run python -m numberline.access.reference"


def test_pictures_are_small() -> None:
    """`make screenshots` makes many more, which git leaves out."""
    shown = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in pages.links(page)
        if link.endswith(".png")
    }
    assert shown
    assert {path.name: path.stat().st_size for path in shown if path.stat().st_size > 150_000} == {}
