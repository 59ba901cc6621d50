"""Records what every simulator of a test run is asked and answers, and holds it against the contract at the end.

On in CI, and wherever NUMBERLINE_RECORD_DIR is set; the contract lies outside the repository, and where it is
missing nothing is recorded.
"""

import os
import tempfile
from pathlib import Path

import pytest

from tests.contract.validate import contract_path, validate_recording

RECORD_DIR = "NUMBERLINE_RECORD_DIR"
SHOWN = 50


def pytest_configure(config: pytest.Config) -> None:
    """Let every simulator record; workers inherit the folder from the controller."""
    if os.environ.get("CI") and not os.environ.get(RECORD_DIR) and contract_path().exists():
        os.environ[RECORD_DIR] = tempfile.mkdtemp(prefix="numberline-recordings-")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when anything broke the contract."""
    folder = os.environ.get(RECORD_DIR)
    if folder is None or hasattr(session.config, "workerinput") or not contract_path().exists():
        return
    recordings = sorted(Path(folder).glob("*.jsonl"))
    problems = [problem for path in recordings for problem in validate_recording(path)]
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_sep("-", f"contract: {len(recordings)} recordings, {len(problems)} breaches")
        for problem in problems[:SHOWN]:
            reporter.write_line(problem)
    if problems:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
