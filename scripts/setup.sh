#!/bin/sh
# setup.sh GROUP...: make .venv and install what each group needs, unless it is there already.
# Groups are the files of requirements/: run, dev, peer, postgres. Says what it installs and why.
set -eu
cd "$(dirname "$0")/.."

stamps=.venv/.installed

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

why() {
    case $1 in
        run) echo "what Numberline itself needs" ;;
        dev) echo "what Numberline, its tests and its checks need" ;;
        peer) echo "Microsoft's own Graph client, which the tests compare ours with" ;;
        postgres) echo "a PostgreSQL server for the tests, because this machine has none that starts" ;;
        *) fail "setup.sh knows no group '$1': use run, dev, peer or postgres." ;;
    esac
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
complete() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

find_python() {
    found='' old=''
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        if ! new_enough "$candidate"; then
            old=${old:-$candidate}
        elif complete "$candidate"; then
            echo "$candidate"
            return
        else
            found=${found:-$candidate}
        fi
    done
    if [ -n "$found" ]; then
        fail "$found lacks the venv module: install it (on Debian and Ubuntu the package python3-venv), then try again."
    elif [ -n "$old" ]; then
        fail "$old is not a working Python 3.11 or newer: install one (with venv), or name it as in: make PYTHON=/path/to/python3.12 ..."
    else
        fail "No Python was found${PYTHON:+ under the name $PYTHON}: install Python 3.11 or newer with venv, then try again."
    fi
}

make_environment() {
    if [ -x .venv/bin/python ] && new_enough .venv/bin/python && .venv/bin/python -c 'import pip' 2>/dev/null; then
        return
    fi
    python=$(find_python)
    say "Making an environment in .venv with $("$python" --version)."
    rm -rf .venv
    "$python" -m venv .venv || fail "The environment .venv could not be made: see the message above."
}

pip_install() { .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input "$@"; }

current() { [ -f "$stamps/$1" ] && [ "$(cat "$stamps/$1")" = "$2" ]; }

install_group() {
    reason=$(why "$1")
    file=requirements/$1.txt
    [ "$1" = postgres ] && weight="about 25 MB" || weight="a minute or so"
    mark=$(cksum <"$file")
    if ! current "$1" "$mark"; then
        say "Installing $reason ($file, with hashes; $weight)."
        pip_install --require-hashes -r "$file" \
            || fail "Installing $file failed: see pip's message above, look after the network or pip's settings, and try again."
        mkdir -p "$stamps"
        echo "$mark" >"$stamps/$1"
    fi
}

install_numberline() {
    mark="$(cksum <pyproject.toml) $(pwd -P)"
    if ! current numberline "$mark"; then
        say "Installing Numberline itself from this folder."
        pip_install --no-deps --no-build-isolation --no-index -e . \
            || fail "Installing Numberline itself failed: see pip's message above."
        mkdir -p "$stamps"
        echo "$mark" >"$stamps/numberline"
    fi
}

make_environment
for group in "$@"; do install_group "$group"; done
install_numberline
