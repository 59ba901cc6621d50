#!/bin/sh
# The long tests, one after another. Arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh dev
exec .venv/bin/python -m pytest -m soak -o faulthandler_timeout=0 "$@"
