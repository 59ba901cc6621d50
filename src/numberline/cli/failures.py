"""What becomes of an error: one sentence on stderr and an exit code (spec section 6), never a traceback.

Which errors are meant for people is a table of names, so that telling them apart imports nothing: a class that
was never loaded cannot have been raised.
"""

import os
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer._click.exceptions import ClickException, UsageError

from numberline.cli.ending import ToldToEnd

DONE, ERROR, CHANGES, FAILED_ITEMS, HELD, BUSY, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

MEANT_FOR_PEOPLE: tuple[tuple[str, str, int], ...] = (
    ("numberline.cli.failures", "Refusal", ERROR),
    ("numberline.environment", "StartError", ERROR),
    ("numberline.core.phone", "NumberError", ERROR),
    ("numberline.core.ruletext", "RuleError", ERROR),
    ("numberline.core.duration", "DurationError", ERROR),
    ("numberline.graph.errors", "GraphError", ERROR),
    ("numberline.graph.credentials", "CredentialsError", ERROR),
    ("numberline.tenants.find", "TenantUnknown", ERROR),
    ("numberline.tenants.credentials", "CredentialUnreadable", ERROR),
    ("numberline.tenants.connect", "ConnectError", ERROR),
    ("numberline.tenants.mode", "ModeError", ERROR),
    ("numberline.tenants.naming", "RenameError", ERROR),
    ("numberline.jobs.retiring", "RetireError", ERROR),
    ("numberline.accounts.manage", "AccountRefused", ERROR),
    ("numberline.directory.find", "PersonUnknown", ERROR),
    ("numberline.audit.chain", "TrailBroken", ERROR),
    ("numberline.audit.anew", "KeyNotLost", ERROR),
    ("numberline.inventory.find", "NumberUnknown", ERROR),
    ("numberline.inventory.find", "RangeUnknown", ERROR),
    ("numberline.inventory.config_problems", "ConfigError", ERROR),
    ("numberline.inventory.config_problems", "ConfigUnreadable", ERROR),
    ("numberline.inventory.config_problems", "ConfigRefused", ERROR),
    ("numberline.inventory.config_problems", "ConfigBusy", ERROR),
    ("numberline.inventory.import_file", "ImportRefused", ERROR),
    ("numberline.overrides.outcome", "OverrideRefused", ERROR),
    ("numberline.core.until", "UntilError", ERROR),
    ("numberline.planning.store", "PlanUnknown", ERROR),
    ("numberline.planning.store", "PlanRefused", HELD),
    ("numberline.runs.lock", "TenantBusy", BUSY),
    ("numberline.simulator.process", "SimulatorError", ERROR),
    ("numberline.simulator.client", "ControlError", ERROR),
)
"""Module, class and exit code of every error whose text is one sentence that says what to do."""


WORDING: tuple[tuple[str, str], ...] = (
    (r"Value error, ", ""),
    (r": Input should be ", ": it should be "),
    (r", unable to parse string as an? \w+", ""),
    (r"\.? Did you mean (.+)\?$", r" (did you mean \1?)"),
    (r" \(Possible options: (.+)\)$", r" (did you mean \1?)"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", r"too many arguments (\1)"),
    (r"\. ", ": "),
)
"""Patterns in the usage errors of the library below, and how we say it: one sentence."""


class Refusal(Exception):
    """A command can't do what it was asked to. The message is one sentence that says what to do.

    `details` are further lines, one problem each, when there is more to list than a sentence holds.
    """

    def __init__(self, sentence: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.details = details


def report(error: BaseException) -> int:
    """Say on stderr what went wrong and give the exit code."""
    if isinstance(error, SystemExit):
        return _exit_code(error)
    if isinstance(error, KeyboardInterrupt):
        return interrupted()
    if isinstance(error, ToldToEnd):
        say(str(error))
        return error.code
    if isinstance(error, BrokenPipeError):
        return _nobody_reads()
    if isinstance(error, ClickException):
        say(_usage(error))
        return ERROR
    code = _code_of(error)
    if code is not None:
        sentence, *more = str(error).splitlines() or [type(error).__name__]
        say(sentence, (*more, *_details(error)))
        return code
    say(_of_the_database(error) or _unexpected(error))
    return ERROR


def interrupted() -> int:
    """Ctrl-C: one line, and the exit code that shells give it."""
    say("stopped by Ctrl-C: run the command again to go on")
    return INTERRUPTED


def say(sentence: str, details: tuple[str, ...] = ()) -> None:
    """One sentence on stderr in the form that every error of a command has, and a line for each detail."""
    text = " ".join(sentence.split())
    if not text.endswith((".", "!", "?")):
        text += "."
    lines = [f"numberline: {text}", *(f"  {' '.join(detail.split())}" for detail in details)]
    try:
        print("\n".join(lines), file=sys.stderr, flush=True)  # noqa: T201 - this is the command line
    except BrokenPipeError:
        _nobody_reads()


def _exit_code(error: SystemExit) -> int:
    if error.code is None:
        return DONE
    if isinstance(error.code, int):
        return error.code
    say(str(error.code))
    return ERROR


def _code_of(error: BaseException) -> int | None:
    for module, name, code in MEANT_FOR_PEOPLE:
        known = getattr(sys.modules.get(module), name, None)
        if known is not None and isinstance(error, known):
            return code
    return None


def _details(error: BaseException) -> tuple[str, ...]:
    return tuple(str(detail) for detail in getattr(error, "details", ()))


def _usage(error: ClickException) -> str:
    """A usage error as one sentence that names the help to read."""
    message = error.format_message().strip()
    for pattern, ours in WORDING:
        message = re.sub(pattern, ours, message)
    message = message.rstrip(".")
    message = message[:1].lower() + message[1:]
    context = error.ctx if isinstance(error, UsageError) else None
    path = context.command_path if context is not None else "numberline"
    if context is not None and message == "missing command":
        names = ", ".join(context.command.list_commands(context))  # type: ignore[attr-defined]
        message = f"say what to do, one of {names}"
    return f"{message}; see `{path} --help`"


def _of_the_database(error: BaseException) -> str | None:
    """The sentence for an error of the database itself (locked, read-only, gone), or None."""
    if "django.db.utils" not in sys.modules:
        return None
    from django.db import connection
    from django.db.utils import DatabaseError, DataError, IntegrityError, InterfaceError, ProgrammingError

    from numberline.database import POSTGRESQL_CAUSES, SQLITE_CAUSES, explain

    ours = isinstance(error, DataError | IntegrityError | ProgrammingError)  # what we asked was wrong
    if ours or not isinstance(error, DatabaseError | InterfaceError):
        return None
    causes = SQLITE_CAUSES if connection.vendor == "sqlite" else POSTGRESQL_CAUSES
    text = str(error).casefold()
    return explain(error, connection) if any(sign.casefold() in text for sign, _ in causes) else None


def _unexpected(error: BaseException) -> str:
    """Keep the traceback where the user can find it, and say where that is."""
    kind = type(error).__name__
    log = _keep(error)
    where = f"the details are in {log}" if log else "and no log file could be written"
    return f"something unexpected went wrong ({kind}), {where}; please report it with that file"


def _keep(error: BaseException) -> Path | None:
    text = "".join(traceback.format_exception(error))
    for folder in _folders():
        file = folder / "errors.log"
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as log:
                log.write(f"{_heading()}\n{text}\n")
        except OSError:
            continue
        return file
    return None


def _heading() -> str:
    from numberline import __version__, clock

    return f"--- {clock.now():%Y-%m-%d %H:%M:%S} UTC, numberline {__version__}, {' '.join(_command())}"


def _command() -> list[str]:
    """The words of the command up to its first option: what follows may be nobody's business."""
    words: list[str] = []
    for word in sys.argv[1:]:
        if word.startswith("-"):
            break
        words.append(word)
    return words


def _folders() -> Iterator[Path]:
    """Where a log file may stand: the data folder, else the system's folder for temporary files."""
    from numberline import environment

    folder = environment.data_dir()
    if folder.is_dir():
        yield folder
    yield Path(tempfile.gettempdir())


def _nobody_reads() -> int:
    """The reader of our output has gone (`| head`): end quietly, and keep the interpreter from complaining."""
    quiet: Any = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(quiet, stream.fileno())
    return ERROR
