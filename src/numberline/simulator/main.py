"""Runs the simulator as its own process: `python -m numberline.simulator`, and the command `numberline simulate`."""

import argparse
import gc
import json
import socket
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import uvicorn
from cryptography import x509

from . import certificates, identifiers
from .company import Options, furnish
from .configuration import configuration
from .control import Control
from .lateness import LateClock
from .login import Application, Login
from .recording import Recorder
from .server import Application as WebApplication
from .server import CuttableProtocol
from .service import Service
from .state import Tenant


class Server(uvicorn.Server):
    """Says when it is ready, and at the end at which rate it served."""

    def __init__(self, config: uvicorn.Config, ready: dict[str, Any], service: Service) -> None:
        super().__init__(config)
        self._ready = ready
        self._service = service

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start serving, then print the line that callers wait for."""
        await super().startup(sockets=sockets)
        print(json.dumps(self._ready), flush=True)  # noqa: T201 - this line is the interface

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving and print the rate."""
        await super().shutdown(sockets=sockets)
        rate = self._service.journal.rate()
        text = (
            f"Served {rate['requests']} requests, {rate['per_second']} a second on average,"
            f" {rate['busiest_second']} in the busiest second."
        )
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - said once, at the end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A second signal need not be forced: nothing here is worth waiting for."""
        self.should_exit = True


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; gives the exit code."""
    options = _parser().parse_args(arguments)
    seed = Random(f"tenant/{options.seed}")
    tenant = Tenant(LateClock(options.behind), options.seed, options.tenant_id or identifiers.guid(seed))
    client_id = options.client_id or identifiers.guid(seed)
    secret = options.client_secret or f"simulated~{seed.getrandbits(128):032x}"
    gc.disable()
    company = furnish(tenant, Options(people=options.people, joiners=options.joiners))
    gc.enable()
    gc.freeze()  # the company stays: collecting must not walk it again and again
    if options.write_config:
        options.write_config.write_text(configuration(company), encoding="utf-8")
    registered = [x509.load_pem_x509_certificate(path.read_bytes()) for path in options.certificate]
    login = Login(tenant, [Application(client_id, [secret], registered)])
    service = Service(tenant, login, Recorder(options.record) if options.record else None)
    control = Control(service)
    control.joiner = company.join if options.people else None
    with tempfile.TemporaryDirectory(prefix="numberline-simulator-") as folder:
        _serve(options, service, control, Path(options.files or folder), (client_id, secret))
    return 0


def _serve(
    options: argparse.Namespace, service: Service, control: Control, folder: Path, client: tuple[str, str]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files = certificates.make(folder)
    listening = _listen(options.host, options.port)
    url = f"https://{options.host}:{listening.getsockname()[1]}"
    application = WebApplication(service, control)
    application.root = url
    config = uvicorn.Config(
        application,
        http=CuttableProtocol,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        ssl_certfile=str(files.server),
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    ready = {
        "url": url,
        "ca_file": str(files.authority),
        "tenant_id": service.tenant.id,
        "client_id": client[0],
        "client_secret": client[1],
        "control": f"{url}/_control",
    }
    server = Server(config, ready, service)
    if options.exit_with_parent:
        threading.Thread(target=_watch_parent, args=(server,), daemon=True).start()
    server.run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise SystemExit(
            f"The simulator cannot listen on {host}:{port} ({error.strerror}); choose another --port."
        ) from None
    return listening


def _watch_parent(server: Server) -> None:
    """Stop when the parent is gone: its end of our standard input closes with it."""
    while sys.stdin.buffer.read(1024):
        pass
    server.should_exit = True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="numberline simulate", description="A Microsoft 365 tenant on loopback."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--people", type=int, default=2000, help="how many people the company has")
    parser.add_argument(
        "--joiners", type=float, default=0.03, help="share of the licensed who have no number yet"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same company")
    parser.add_argument(
        "--behind",
        type=float,
        default=0.0,
        help="how many seconds the tenant's time is behind (control: advance)",
    )
    parser.add_argument("--tenant-id", help="Entra id of the tenant")
    parser.add_argument("--client-id", help="application id")
    parser.add_argument("--client-secret", help="client secret")
    parser.add_argument(
        "--certificate",
        type=Path,
        action="append",
        default=[],
        help="certificate (PEM) registered for the application",
    )
    parser.add_argument("--files", type=Path, help="folder for the certificates of the server")
    parser.add_argument("--record", type=Path, help="write every request and answer to this file")
    parser.add_argument("--write-config", type=Path, help="write the matching configuration file")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when standard input closes")
    return parser
