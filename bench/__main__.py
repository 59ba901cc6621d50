"""Run the benches: ``python -m bench [--small] [--runs N] [NAME ...]``. Exits 1 when a limit is missed."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

from bench.rows import Row, Unavailable, median_rows


def main() -> int:
    """Run what was asked for and print a table; the exit code says whether every limit holds."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure, and fail where a limit is missed."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="benches to run; all of them by default")
    parser.add_argument("--small", action="store_true", help="small sizes, for every push")
    parser.add_argument(
        "--runs", type=int, default=3, help="times to run each; the median counts (default 3)"
    )
    asked = parser.parse_args()
    modules = _benches()
    unknown = [name for name in asked.names if name not in modules]
    if unknown or asked.runs < 1:
        parser.error(
            f"unknown bench {unknown[0]}: there are {', '.join(modules)}"
            if unknown
            else "--runs is 1 or more"
        )
    rows: list[Row] = []
    for name in asked.names or modules:
        rows += _measure(name, modules[name], "small" if asked.small else "full", asked.runs)
    _print(rows)
    return 0 if all(row.holds for row in rows) else 1


def _benches() -> dict[str, ModuleType]:
    folder = [str(Path(__file__).parent)]
    names = sorted(found.name for found in pkgutil.iter_modules(folder) if not found.name.startswith("_"))
    modules = {name: importlib.import_module(f"bench.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "SIZES")}


def _measure(name: str, module: ModuleType, size: str, runs: int) -> list[Row]:
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
        verdict = "ok    " if row.holds else "MISSED"
        bound = "at least" if row.at_least else "at most "
        figure = f"{row.ratio:8.2f} {row.unit:<2} {bound} {row.limit:g} {row.unit}"
        print(f"{verdict} {row.name:<{width}} {figure:<32} {row.detail}")


if __name__ == "__main__":
    sys.exit(main())
