import logging
from collections.abc import Iterator

import pytest
import stamina.instrumentation
import structlog
from django.conf import settings

from numberline import logs


@pytest.fixture(autouse=True)
def usual_logging() -> Iterator[None]:
    yield
    logs.configure(settings.LOGGING)


def log_everything() -> None:
    for name in ("numberline.graph", "httpx2", "some.library"):
        for level in ("debug", "info", "warning"):
            structlog.get_logger(name).log(
                getattr(logging, level.upper()), f"{name} {level}", number="+442079460000"
            )


def test_logs_go_to_stderr_and_leave_stdout_to_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure({"level": "WARNING"})
    log_everything()
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 3
    assert "WARNING numberline.graph: event='numberline.graph warning' number='+442079460000'" in err


def test_debug_shows_our_own_lines_but_never_those_of_the_http_libraries(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure({"level": "DEBUG"})
    log_everything()
    err = capsys.readouterr().err
    assert "numberline.graph debug" in err
    assert "httpx2 info" not in err
    assert "httpx2 debug" not in err
    assert "httpx2 warning" in err


def test_configuring_twice_writes_every_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure({"level": "WARNING"})
    logs.configure({"level": "ERROR"})
    structlog.get_logger("numberline").error("once")
    structlog.get_logger("numberline").warning("not at all")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_call_that_is_tried_again_is_told_only_when_asked_for() -> None:
    logs.configure({"level": "WARNING"})
    assert stamina.instrumentation.get_on_retry_hooks() == ()
    logs.configure({"level": "INFO"})
    assert len(stamina.instrumentation.get_on_retry_hooks()) >= 1
