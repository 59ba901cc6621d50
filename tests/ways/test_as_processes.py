"""The steps of the Dockerfile and of compose.yaml, read from them and taken as plain processes: no engine is needed."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGTERM

import psycopg
import pytest

from tests.support.command import COLD, Command
from tests.support.tenant import connected
from tests.ways import compose, dockerfile
from tests.ways.test_containers import COMPOSE, DOCKERFILE, IGNORED, ROOT

SOON = 60.0
SECRET_KEY = "a key of the test of containers and of no use elsewhere"
Line = list[str]


class Box:
    """A service of compose.yaml as a process: its command, its environment, an empty home that it leaves empty."""

    def __init__(self, name: str, folder: Path) -> None:
        self._service = compose.services(COMPOSE)[name]
        self.home, self._data = folder / name, folder / f"{name}-data"
        self.home.mkdir(mode=0o500)
        self._data.mkdir()
        self._secrets = folder / "secrets"
        self.command = Command(self._environment(), self.home, cold=True)

    def _environment(self) -> dict[str, str]:
        image = dockerfile.variables(DOCKERFILE)
        given = {name: image[name] for name in image if name != "PATH"} | self._service["environment"]
        here = {
            image["NUMBERLINE_DATA_DIR"]: str(self._data),
            "0.0.0.0:8480": "127.0.0.1:0",  # a container has all ports to itself; a process has not
            "/run/secrets/": f"{self._secrets}/",
        }
        settings = {name: str(value) for name, value in given.items()}
        for old, new in here.items():
            settings = {name: value.replace(old, new) for name, value in settings.items()}
        assert settings["NUMBERLINE_URL"].startswith("${NUMBERLINE_URL:?")
        return settings | {"NUMBERLINE_URL": "https://numbers.example.com", "HOME": str(self.home)}

    def start(self) -> "subprocess.Popen[str]":
        """The entry point of the image with the command of the service."""
        entry = dockerfile.words(dockerfile.last(DOCKERFILE, "ENTRYPOINT"))
        return self.command.start_line(program([*entry, *self._service["command"]]))

    def healthy(self, port: str = "8480") -> bool:
        """What the check of the service says."""
        kind, *line = self._service["healthcheck"]["test"]
        assert kind == "CMD"
        return self.command.run([word.replace("8480", port) for word in program(line)]).code == 0


def program(line: Line) -> Line:
    """The line with the programs of this environment in place of the image's."""
    return {"numberline": [*COLD], "python": [sys.executable]}[line[0]] + line[1:]


def eventually(look: Callable[[], object], what: str) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + SOON
    while not look():
        assert time.monotonic() < deadline, f"not within {SOON} s: {what}"
        time.sleep(0.1)


@contextmanager
def boxes(folder: Path, database: str) -> Iterator[Callable[[str], Box]]:
    """Services by name; their secrets are files."""
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700)
    (secrets / "database_url").write_text(f"{database}\n")
    (secrets / "secret_key").write_text(f"{SECRET_KEY}\n")
    with ExitStack() as closing:

        def box(name: str) -> Box:
            made = Box(name, folder)
            closing.callback(made.command.close)
            return made

        yield box


def living(database: str) -> int:
    """How many workers have begun and not ended."""
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT count(*) FROM jobs_worker WHERE ended_at IS NULL").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.postgresql
def test_the_steps_of_the_composition_serve_a_joiner_and_each_ends_when_told(
    first_cli: Command, empty_database: str, tmp_path: Path
) -> None:
    folder = tmp_path / "boxes"
    folder.mkdir()
    with boxes(folder, empty_database) as box:
        migrate = box("migrate").start()
        said = migrate.communicate(timeout=SOON)[1]
        assert (migrate.returncode, [line for line in said.splitlines() if " INFO " not in line]) == (0, [])
        with connected(first_cli, tmp_path, env={"NUMBERLINE_SECRET_KEY": SECRET_KEY}) as office:
            person = office.joiners(1)[0]
            portal, first, second = (box(name) for name in ("portal", "worker-1", "worker-2"))
            running = [each.start() for each in (portal, first, second)]
            assert running[0].stdout is not None
            said = running[0].stdout.readline()
            assert "for the reverse proxy that answers https://numbers.example.com" in said
            port = said.split(" for the ")[0].rpartition(":")[2]
            assert portal.healthy(port)
            assert not portal.healthy("1")
            eventually(lambda: office.simulator.control.numbers_of(person), "a number")
            eventually(lambda: living(empty_database) == 2, "two workers that say that they live")
            assert first.healthy()
            assert [process.poll() for process in running] == [None, None, None]
            for process in running:
                process.send_signal(SIGTERM)
            ends = [process.communicate(timeout=SOON)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], ends
    assert not any("Traceback" in end for end in ends), ends
    assert [list(each.home.iterdir()) for each in (portal, first, second)] == [[], [], []]


@pytest.mark.postgresql
def test_a_service_without_its_secret_says_which_file_is_missing(tmp_path: Path) -> None:
    with boxes(tmp_path, "postgresql://nobody@127.0.0.1:1/nowhere") as box:
        (tmp_path / "secrets" / "database_url").unlink()
        worker = box("worker-1").start()
        error = worker.communicate(timeout=SOON)[1]
    assert worker.returncode == 1
    assert "NUMBERLINE_DATABASE_URL_FILE" in error
    assert error.count("\n") == 1


@pytest.mark.sqlite
def test_what_the_image_installs_has_every_file_of_the_package(tmp_path: Path) -> None:
    build, installed = tmp_path / "build", tmp_path / "installed"
    build.mkdir()
    for step in dockerfile.steps(DOCKERFILE):
        if step.word != "COPY" or "--from=" in step.rest:
            continue
        for source in step.rest.split()[:-1]:
            if source.endswith("/"):
                shutil.copytree(ROOT / source, build / source, ignore=kept_out)
            else:
                shutil.copyfile(ROOT / source, build / Path(source).name)
    install = next(
        line for step in dockerfile.steps(DOCKERFILE) if "--no-index" in (line := dockerfile.words(step.rest))
    )
    line = [sys.executable, "-m", "pip", *install[1:], "--no-compile", "--target", str(installed)]
    done = subprocess.run(line, cwd=build, capture_output=True, text=True, check=False, timeout=SOON)
    assert done.returncode == 0, done.stderr
    there = {path.relative_to(installed) for path in installed.rglob("*") if path.is_file()}
    ours = {path.relative_to(build / "src") for path in (build / "src").rglob("*") if path.is_file()}
    assert len([path for path in ours if path.suffix in (".css", ".js", ".html")]) > 20
    assert ours - there == set()


def kept_out(folder: str, names: list[str]) -> set[str]:
    """The names in a folder that .dockerignore keeps out of the build."""
    here = Path(folder).relative_to(ROOT)
    return {name for name in names if not dockerfile.let_through(IGNORED, str(here / name))}
