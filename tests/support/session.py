"""One test run: its folder, and an environment in which no test can meet the user's own settings or data."""

import os
import shutil
import tempfile
from pathlib import Path

import django
import trustme

from numberline.environment import SETTINGS
from tests.support import databases

ROOT = Path(__file__).resolve().parents[2]
TRUSTED = "SSL_CERT_FILE"
"""Nobody on the internet is trusted: reading the long list of those who are takes each client 20 ms."""
FOLDER = "NUMBERLINE_TEST_FOLDER"
SECRET_KEY = "a key for tests which is of no use to anybody else"
NOWHERE = {"sqlite": "sqlite:////nowhere/at-all", "postgresql": "postgresql://nobody@127.0.0.1:1/nowhere"}

PLAIN = {"PGSSLMODE": "disable", "PGGSSENCMODE": "disable"}
"""PostgreSQL's library asks the tests' own server, on this machine, neither for TLS nor for Kerberos: it would bring a second
TLS library to life in each of the hundreds of processes that tests fork from a warm one."""


def begin() -> None:
    """Set the environment and Django up. Workers of one run share the folder of the process that started them."""
    for name in filter(is_setting, list(os.environ)):
        del os.environ[name]
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="numberline-tests-")
        trustme.CA().cert_pem.write_to_path(os.environ[FOLDER] + "/trusted.pem")
    os.environ.update(settings())
    os.environ[TRUSTED] = str(folder() / "trusted.pem")
    os.environ["DJANGO_SETTINGS_MODULE"] = "numberline.settings"
    os.environ.update(PLAIN)
    django.setup()
    _hash_quickly()
    _look_once_for_files()


def _hash_quickly() -> None:
    """Passwords of tests are worth nothing: hashing them takes a tenth of a second each otherwise."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = (
        1,
        64,
        1,
    )


def _look_once_for_files() -> None:
    """Each client of a test has middleware of its own, which would look at every file of the portal again."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def looked(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = looked


def settings() -> dict[str, str]:
    """The settings where no test has its own: with a database that is not there."""
    return {
        "NUMBERLINE_DATA_DIR": str(folder() / "data"),
        "NUMBERLINE_DATABASE_URL": NOWHERE[databases.kind()],
        "NUMBERLINE_SECRET_KEY": SECRET_KEY,
        "NUMBERLINE_MFA": "optional",
        "NUMBERLINE_SESSIONS": "idle=3650d,age=3650d",  # tests travel in time while somebody is signed in
    }


def is_setting(name: str) -> bool:
    """Whether an environment variable is a setting of the product; the tests have names of their own."""
    return name in {setting.name for setting in SETTINGS}


def folder() -> Path:
    """The folder of this run, shared by all its workers."""
    return Path(os.environ[FOLDER])


def end() -> None:
    """Remove what the run left."""
    shutil.rmtree(folder(), ignore_errors=True)
