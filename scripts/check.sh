#!/bin/sh
# Everything that can be said about the code without running the product. All of it runs, then the verdict.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh dev

bin=.venv/bin
failed=''
look() {
    name=$1
    shift
    echo "== $name"
    "$@" || failed="$failed, $name"
}

look "lint" $bin/ruff check --quiet .
look "format" $bin/ruff format --check --quiet .
look "types" $bin/mypy --no-error-summary
look "import contracts" $bin/lint-imports
look "containers" $bin/python -m pytest -q tests/ways/test_containers.py tests/ways/test_units.py
look "structure" $bin/python -m pytest -q tests/test_architecture.py tests/test_repository.py

if [ -n "$failed" ]; then
    echo "make check found something in: ${failed#, }. (make format mends the format.)" >&2
    exit 1
fi
