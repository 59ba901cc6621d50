"""Records what every simulator of a test run is asked and answers, and holds it against the contract at the end.

On in CI, and wherever NUMBERLINE_RECORD_DIR is set; the contract lies outside the repository, and where it is
missing nothing is recorded. Every worker looks at what its own simulators recorded, so that they do so side by side;
the controller at the rest.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.contract.validate import contract_path, validate_recording

RECORD_DIR = "NUMBERLINE_RECORD_DIR"
SHOWN = 50
CHECKED, BREACHES = "recordings_checked", "recordings_breaches"

_made: list[str] = []
_checked: list[str] = []
_breaches: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    """Let every simulator record; workers inherit the folder from the controller."""
    if os.environ.get("CI") and not os.environ.get(RECORD_DIR) and contract_path().exists():
        os.environ[RECORD_DIR] = tempfile.mkdtemp(prefix="numberline-recordings-")
        _made.append(os.environ[RECORD_DIR])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take over what a worker has found; one that was killed has looked at nothing."""
    told = getattr(node, "workeroutput", {})
    _checked.extend(told.get(CHECKED, ()))
    _breaches.extend(told.get(BREACHES, ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when anything broke the contract."""
    folder = os.environ.get(RECORD_DIR)
    if folder is None or not contract_path().exists():
        return
    is_worker = hasattr(session.config, "workeroutput")
    mine = f"{os.getpid()}-*.jsonl" if is_worker else "*.jsonl"
    recordings = sorted(path for path in Path(folder).glob(mine) if path.name not in _checked)
    _breaches.extend(problem for path in recordings for problem in validate_recording(path))
    _checked.extend(path.name for path in recordings)
    if is_worker:
        session.config.workeroutput.update({CHECKED: _checked, BREACHES: _breaches})
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_sep("-", f"contract: {len(_checked)} recordings, {len(_breaches)} breaches")
        for problem in _breaches[:SHOWN]:
            reporter.write_line(problem)
    if _breaches:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure() -> None:
    """Remove the recordings that nobody asked to keep."""
    for folder in _made:
        shutil.rmtree(folder, ignore_errors=True)
