#!/bin/sh
# setup.sh GROUP...: make .venv and install what each group needs, unless it is there already.
# Groups are the files of requirements/: run, dev, peer, postgres; and browser, which is a package of the system.
# Says what it installs and why.
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
        browser) echo "Chromium, in which the portal's pages are tested" ;;
        *) fail "setup.sh knows no group '$1': use run, dev, peer, postgres or browser." ;;
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

# The names are those of tests/support/browser.py.
find_browser() {
    for candidate in chromium chromium-browser google-chrome-stable google-chrome; do
        command -v "$candidate" >/dev/null 2>&1 && return
    done
    return 1
}

install_browser() {
    find_browser && return
    as=''
    [ "$(id -u)" = 0 ] || as="sudo -n"
    if ! command -v apt-get >/dev/null 2>&1 || ! $as true >/dev/null 2>&1; then
        fail "No Chromium is here, and it can't be installed from here: install your system's package chromium."
    fi
    say "Installing $(why browser) (the system's package chromium, by ${as:+sudo }apt-get; about 300 MB on disk)."
    $as apt-get update -qq >/dev/null || say "The system's list of packages could not be renewed; trying with the one that is there."
    DEBIAN_FRONTEND=noninteractive $as apt-get install -qq --yes --no-install-recommends chromium >/dev/null \
        || fail "Installing Chromium failed: see apt-get's message above, or install it yourself."
    find_browser || fail "The package chromium was installed, but there is no program chromium on the PATH."
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
for group in "$@"; do
    case $group in browser) install_browser ;; *) install_group "$group" ;; esac
done
install_numberline
