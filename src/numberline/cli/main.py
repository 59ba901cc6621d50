"""The command `numberline`: finds the command that was asked for and turns whatever happens into an exit code."""

import sys
from collections.abc import Sequence

from numberline import __version__


def main() -> None:
    """Run the command line of this process and end it with the exit code."""
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while modules were still being imported
        sys.stderr.write("numberline: stopped by Ctrl-C.\n")
        code = 130
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Carry out one command and give its exit code (see numberline.cli.failures); prints no traceback, ever."""
    if list(arguments) == ["--version"]:
        print(f"numberline {__version__}")  # noqa: T201 - before anything is imported: this has to be quick
        return 0
    from numberline.cli import failures
    from numberline.cli.commands import command

    try:
        result = command().main(list(arguments) or ["--help"], prog_name="numberline", standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 - every end of a command becomes an exit code here
        return failures.report(error)
    if result == failures.INTERRUPTED:
        return failures.interrupted()
    return result if isinstance(result, int) else 0
