"""The command line before any command does its work: help, version, wrong usage, start-up."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.core import TyperCommand

from numberline import __version__
from numberline.cli.commands import command
from numberline.cli.reference import examples_of, page, walk
from tests.support.command import ROOT, Command

COMMANDS = list(walk(command(), "numberline"))
NAMES = [path for path, _ in COMMANDS]


@pytest.fixture
def bare(tmp_path: Path) -> Command:
    """The command with a home that may not even be read: nothing here needs one."""
    return Command({"HOME": str(tmp_path / "nowhere")}, tmp_path)


def test_every_command_of_the_specification_is_there() -> None:
    assert {name.removeprefix("numberline ") for name in NAMES} == {
        "demo", "simulate", "serve", "worker", "sync", "plan", "apply", "explain", "worklist",
        "account add", "account link", "account list", "account activate", "account deactivate", "account grant", "account revoke",
        "tenant add", "tenant list", "tenant mode", "tenant check", "tenant credential", "tenant rename", "tenant retire",
        "config apply", "config check", "config export", "import numbers",
        "number list", "number show", "number history", "number recount", "person list", "person show", "person history",
        "audit verify", "audit export", "audit begin-anew", "alerts test", "alerts secret",
        "number assign", "number change", "number swap", "number release", "number adopt",
        "number reserve", "number unreserve", "number block", "number unblock", "number lock", "number unlock",
        "person lock", "person unlock", "person exclude", "person include",
    }  # fmt: skip


@pytest.mark.parametrize(("path", "each"), COMMANDS, ids=NAMES)
def test_every_command_says_what_it_does_with_an_example(path: str, each: TyperCommand) -> None:
    assert each.help
    assert examples_of(each)
    assert any(line.split(" | ")[-1].startswith(path) for line in examples_of(each))


@pytest.mark.parametrize(("path", "each"), COMMANDS, ids=NAMES)
def test_every_argument_and_option_is_described(path: str, each: TyperCommand) -> None:
    undescribed = [p.name for p in each.params if not getattr(p, "help", None)]
    assert undescribed == []


@pytest.mark.parametrize("path", [n for n in NAMES if n.split()[-1] in {"list", "show", "history", "worklist", "plan", "explain", "sync", "apply", "check"}])  # fmt: skip
def test_every_listing_and_showing_command_takes_json(path: str) -> None:
    each = dict(COMMANDS)[path]
    assert "--json" in [option for parameter in each.params for option in parameter.opts]


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    written = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m numberline.cli.reference"


def test_version_is_told(bare: Command) -> None:
    assert bare("--version") == (0, f"numberline {__version__}\n", "")


def test_help_names_the_commands(bare: Command) -> None:
    done = bare("--help")
    assert (done.code, done.err) == (0, "")
    assert all(word in done.out for word in ("demo", "tenant", "sync", "worklist", "Exit codes"))


def test_without_a_command_the_help_is_shown(bare: Command) -> None:
    assert bare() == bare("--help")


def test_help_of_a_command_shows_usage_options_and_examples(bare: Command) -> None:
    done = bare("tenant", "add", "--help")
    assert done.code == 0
    assert "--client-secret-file" in done.out
    assert "Examples:" in done.out


@pytest.mark.parametrize("words", ["--version", "--help", "tenant add --help"])
def test_help_and_version_start_without_django_and_the_libraries_of_the_work(words: str) -> None:
    heavy = ("django", "httpx2", "msal", "cryptography", "phonenumbers", "uvicorn", "rich.table")
    script = (
        f"import sys; from numberline.cli.main import run; run({words.split()!r}); "
        f"sys.exit(', '.join(n for n in {heavy!r} if n in sys.modules) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT / "src"
    )
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("nonsense", "no such command 'nonsense'; see `numberline --help`."),
        ("config aply", "no such command 'aply' (did you mean 'apply'?); see `numberline config --help`."),
        ("sync contoso --ful", "no such option: --ful (did you mean --full?); see `numberline sync --help`."),
        ("tenant", "say what to do, one of add, list, mode, rename, retire, check, credential"),
        ("tenant nonsense", "no such command 'nonsense'"),
        ("tenant mode contoso", "missing argument 'MODE'"),
        ("tenant mode contoso sideways", "'sideways' is not one of 'off', 'observe', 'assign', 'full'"),
        ("sync", "missing argument 'TENANT'"),
        ("sync contoso --nonsense", "no such option: --nonsense"),
        ("sync contoso --wait soon", "'--wait': it should be a valid number; see"),
        ("sync contoso --wait -1", "greater than or equal to 0"),
        ("sync contoso extra", "too many arguments (extra)"),
        ("apply contoso", "missing option '--plan'"),
        ("number list contoso --state lost", "'lost' is not one of"),
        ("demo --people -5", "'--people'"),
        ("demo --seconds soon", "'--seconds'"),
        ("simulate --port 70000", "'--port'"),
    ],
)
def test_wrong_usage_is_one_sentence_that_names_the_help_to_read(
    bare: Command, words: str, sentence: str
) -> None:
    done = bare(*words.split())
    assert (done.code, done.out) == (1, "")
    assert sentence in done.err
    assert "--help`." in done.err
    assert_one_sentence(done.err)


def assert_one_sentence(text: str) -> None:
    """One line in the form of every error, and no traceback."""
    assert text.startswith("numberline: ")
    assert text.endswith(".\n")
    assert text.count("\n") == 1, text
    assert "Traceback" not in text
