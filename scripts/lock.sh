#!/bin/sh
# Write requirements/*.txt: every version with its hashes, no address of any package host. Needs uv, which is
# taken from the PATH or put into a throw-away environment. Arguments go to uv (--upgrade).
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh dev

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    echo "Installing uv, which writes the locks, into a folder that is removed afterwards." >&2
    tools=$(mktemp -d)
    trap 'rm -rf "$tools"' EXIT
    .venv/bin/python -m venv "$tools"
    "$tools/bin/python" -m pip install -qq --disable-pip-version-check uv
    uv=$tools/bin/uv
fi

# No constraint carries hashes and every group must agree with run and dev, which are installed together.
lock() {
    name=$1
    shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-annotate --output-file "requirements/$name.txt" "$@"
    echo "requirements/$name.txt"
}

lock run pyproject.toml requirements/build.in "$@"
lock dev pyproject.toml requirements/build.in --group test --group check -c requirements/run.txt "$@"
lock peer --group peer -c requirements/dev.txt "$@"
lock postgres --group postgres -c requirements/dev.txt "$@"
