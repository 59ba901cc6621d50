#!/bin/sh
# The whole suite on SQLite, then every test that uses a database again on PostgreSQL. Arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh dev peer
# Without a browser its tests say so and are left out; in CI they fail.
scripts/setup.sh browser || true

# Tests wait for processes more than they compute: two workers for each core, at most eight. Who has nothing left takes
# over from the others, because the slow tests stand together.
workers=$(.venv/bin/python -c 'import os; print(min(8, 2 * len(getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0))))')

suite() {
    database=$1
    shift
    echo "== Tests on $database"
    status=0
    NUMBERLINE_TEST_DATABASE=$database .venv/bin/python -m pytest -q -n "$workers" --dist worksteal "$@" || status=$?
    # A part of the suite that was asked for may have no test that uses a database.
    [ "$status" = 5 ] && [ -n "$asked" ] && status=0
    return "$status"
}

asked=$*
failed=0
suite sqlite "$@" || failed=1

if ! .venv/bin/python -m tests.support.postgres >/dev/null 2>&1; then
    scripts/setup.sh postgres || failed=1
fi
if reason=$(.venv/bin/python -m tests.support.postgres 2>&1); then
    suite postgresql "$@" -m "database and not soak" || failed=1
elif [ -n "${CI:-}" ]; then
    echo "$reason" >&2
    failed=1
else
    echo "Not tested on PostgreSQL: $reason" >&2
fi
exit $failed
