"""Run the benches: ``python -m bench [--small] [--runs N] [NAME ...]``. Exits 1 when a limit is missed,
in CI also when a bench cannot run."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from bench.rows import Row, Unavailable, median_rows

BENCHES = (
    "classify",
    "first_sync",
    "poll",
    "scale",
    "joiners",
    "leavers",
    "pages",
    "woken",
    "hostile",
    "workers",
    "idle",
    "plain_sdk",
)


def main() -> int:
    """Run what was asked for and print a table; the exit code says whether every limit holds."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure, and fail where a limit is missed."
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"benches to run, of {', '.join(BENCHES)}; all of them by default",
    )
    parser.add_argument("--small", action="store_true", help="small sizes, for every push")
    parser.add_argument(
        "--runs",
        type=int,
        help="times to run each; the median counts (default 3, with --small 1 for the long)",
    )
    asked = parser.parse_args()
    unknown = set(asked.names) - set(BENCHES)
    if unknown:
        parser.error(f"unknown bench {min(unknown)}: there are {', '.join(BENCHES)}")
    if asked.runs is not None and asked.runs < 1:
        parser.error("--runs is 1 or more")
    rows: list[Row] = []
    left_out = 0
    for name in asked.names or BENCHES:
        measured = _measure(name, "small" if asked.small else "full", asked.runs)
        left_out += not measured
        rows += measured
    _print(rows)
    if left_out and os.environ.get("CI"):
        return 1
    return 0 if all(row.holds for row in rows) else 1


def _measure(name: str, size: str, asked: int | None) -> list[Row]:
    """The median rows of a bench. A bench may say in RUNS that one run of a size is enough."""
    module = importlib.import_module(f"bench.{name}")
    runs = asked or getattr(module, "RUNS", {}).get(size, 3)
    measured = []
    for number in range(1, runs + 1):
        print(f"{name}: run {number} of {runs} ...", file=sys.stderr, flush=True)
        try:
            measured.append(module.run(**module.SIZES[size]))
        except Unavailable as missing:
            print(f"{name}: not measured: {missing}", file=sys.stderr)
            return []
    return median_rows(measured)


def _print(rows: list[Row]) -> None:
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        verdict = "shown " if row.limit is None else "ok    " if row.holds else "MISSED"
        bound = ""
        if row.limit is not None:
            bound = f"{'at least' if row.at_least else 'at most '} {row.limit:g} {row.unit}"
        print(f"{verdict} {row.name:<{width}} {row.ratio:8.2f} {row.unit:<2} {bound:<18} {row.detail}")
    missed = [row.name for row in rows if not row.holds]
    if missed:
        # Once more at the end: of a long table often the last lines alone are kept.
        print(f"Missed: {'; '.join(missed)}.")


if __name__ == "__main__":
    sys.exit(main())
