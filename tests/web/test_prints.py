"""Prints: a PDF is made of what it was handed, and nothing is fetched for it."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from gateway.web import prints
from tests.needs import needs


def test_a_print_fetches_nothing() -> None:
    needs(prints.ready(), "WeasyPrint (the extra [pdf])")
    asked = list[str]()

    class Heard(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    server = HTTPServer(("127.0.0.1", 0), Heard)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    where = f"http://127.0.0.1:{server.server_port}/b.png"
    page = (
        f'<html lang="en"><title>A</title><h1>A</h1><img alt="b" src="{where}"><img alt="c" src="file:///etc/hostname">'
    )
    made = prints.pdf(page)
    server.shutdown()
    server.server_close()
    assert made.startswith(b"%PDF") and asked == []
