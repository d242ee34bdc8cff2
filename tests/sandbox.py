"""The NHS's own MESH sandbox, on this machine: mailboxes, tokens, chunks and tracking that nobody here wrote."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import requests

from gateway.edge.mesh import Address
from gateway.wiring import free_ports

KENTS, HEALTHS, OTHERS = "X26ABC1", "X26ABC2", "X26ABC3"
"""The mailboxes that it comes with; the password of each is the word itself."""

SECRET, PASSWORD, PATIENCE = "a shared key", "password", 60.0


@contextmanager
def sandbox(log: Path) -> Iterator[str]:
    """Serve it on a free port; gives its address."""
    (port,) = free_ports(1)
    run = [sys.executable, "-m", "uvicorn", "mesh_sandbox.api:app", "--host", "127.0.0.1", "--port", str(port)]
    env = {**os.environ, "AUTH_MODE": "full", "STORE_MODE": "memory", "SHARED_KEY": SECRET}
    with log.open("ab") as written, subprocess.Popen(run, env=env, stdout=written, stderr=written) as started:
        try:
            url = f"http://127.0.0.1:{port}"
            _until_it_answers(url)
            yield url
        finally:
            started.terminate()


@contextmanager
def cutting(url: str, pieces: int) -> Iterator[str]:
    """A line to ``url`` on which the first ``pieces`` further pieces of messages break off before they arrive."""
    left = [None] * pieces

    class Passed(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if re.search(r"/outbox/[^/]+/\d+$", self.path) and left:
                left.pop()
                self.close_connection = True
                return
            said = requests.request(self.command, url + self.path, data=sent, headers=dict(self.headers), timeout=60)
            self.send_response(said.status_code)
            for name in ("Content-Type", *(one for one in said.headers if one.lower().startswith("mex-"))):
                if name in said.headers:
                    self.send_header(name, said.headers[name])
            self.send_header("Content-Length", str(len(said.content)))
            self.end_headers()
            self.wfile.write(said.content)

        do_POST = do_PUT = do_GET  # noqa: N815 - the names that the library calls

        def log_message(self, *_said: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Passed) as line:
        Thread(target=line.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{line.server_port}"
        line.shutdown()


def address(url: str, mailbox: str, folder: Path, **changes: object) -> Address:
    """How one side reaches it."""
    password, key = folder / f"{mailbox}.password", folder / f"{mailbox}.shared"
    password.write_text(PASSWORD + "\n")
    key.write_text(SECRET + "\n")
    return Address(url, mailbox, password, key, **changes)  # type: ignore[arg-type]


def _until_it_answers(url: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            requests.get(f"{url}/messageexchange/_ping", timeout=60).raise_for_status()
        except requests.exceptions.RequestException:
            assert time.monotonic() < end, "the sandbox does not answer"
            time.sleep(0.2)
        else:
            return
