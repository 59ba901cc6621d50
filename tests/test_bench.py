"""The benches' own frame: medians, limits, and the exit code that CI looks at."""

import sys
from types import ModuleType

import pytest

from bench import __main__ as bench
from bench.rows import Row, Unavailable, median_rows


def stub(monkeypatch: pytest.MonkeyPatch, *ratios: float, missing: str = "") -> list[int]:
    """A bench `stub` with a limit of 2 that measures these ratios in turn; gives the sizes that it was run with."""
    module, sizes, left = ModuleType("bench.stub"), [], list(ratios)

    def run(size: int) -> list[Row]:
        if missing:
            raise Unavailable(missing)
        sizes.append(size)
        return [Row("stub", left.pop(0), 2, "some seconds"), Row("beside", 9.0, None)]

    module.SIZES, module.RUNS, module.run = {"full": {"size": 9}, "small": {"size": 1}}, {"small": 1}, run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bench.stub", module)
    monkeypatch.setattr(bench, "BENCHES", ("stub",))
    return sizes


def main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["bench", *arguments])
    return bench.main()


def test_the_median_of_three_runs_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stub(monkeypatch, 9.0, 1.5, 1.0) == []
    assert main(monkeypatch) == 0
    assert "1.50 x" in capsys.readouterr().out


def test_a_missed_limit_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stub(monkeypatch, 2.5, 2.5, 1.0)
    assert main(monkeypatch) == 1
    printed = capsys.readouterr().out
    assert printed.startswith("MISSED stub")
    assert "some seconds" in printed
    assert printed.endswith("Missed: stub.\n"), "the last lines of a long table say what was missed"


def test_small_sizes_may_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = stub(monkeypatch, 1.0)
    assert main(monkeypatch, "--small") == 0
    assert sizes == [1]


def test_a_row_without_a_limit_is_shown_and_never_missed() -> None:
    assert Row("memory", 1e9, None).holds


def test_faster_is_better_where_at_least_is_asked_for() -> None:
    assert Row("faster", 5.0, 5, at_least=True).holds
    assert not Row("faster", 4.9, 5, at_least=True).holds
    (row,) = median_rows([[Row("faster", ratio, 5, at_least=True)] for ratio in (4.0, 6.0, 9.0)])
    assert row.ratio == 6.0


def test_what_cannot_be_measured_for_want_of_a_package_fails_in_ci_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stub(monkeypatch, missing="the SDK is not installed")
    monkeypatch.delenv("CI", raising=False)
    assert main(monkeypatch) == 0
    assert "not measured: the SDK is not installed" in capsys.readouterr().err
    monkeypatch.setenv("CI", "true")
    assert main(monkeypatch) == 1


def test_an_unknown_bench_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(monkeypatch, "nothing")
    assert "unknown bench nothing: there are classify" in capsys.readouterr().err
