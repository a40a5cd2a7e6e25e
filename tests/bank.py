"""A small bank on this machine that speaks the Bakong Open API over real HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NOT_FOUND: dict[str, Any] = {
    "responseCode": 1,
    "responseMessage": "Transaction could not be found. Please check and try again.",
    "errorCode": 1,
    "data": None,
}
TOKEN = "the token of the office"


@dataclass
class SmallBank:
    """What it knows (MD5 → answer), how it answers everything (``status``, ``says``), and what it was asked."""

    url: str
    paid: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: int = 200
    says: bytes = b""
    location: str = ""
    asked: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def receive(self, md5: str, amount: float = 40_000.0, currency: str = "KHR", reference: str = "a1b2c3") -> None:
        """Money arrives for this code."""
        data = {"hash": reference, "fromAccountId": "dara@wing", "currency": currency, "amount": amount}
        self.paid[md5] = {"responseCode": 0, "responseMessage": "Success", "errorCode": None, "data": data}

    def answer(self, path: str, content: bytes, token: str) -> bytes:
        self.tokens.append(token)
        self.asked.append(json.loads(content)["md5"])
        if self.says:
            return self.says
        if path != "/v1/check_transaction_by_md5":
            return b"{}"
        return json.dumps(self.paid.get(self.asked[-1], NOT_FOUND)).encode()


@contextmanager
def small_bank() -> Iterator[SmallBank]:
    """The bank at a free port of 127.0.0.1, until the block ends."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            answer = bank.answer(self.path, content, self.headers["Authorization"])
            self.send_response(bank.status)
            if bank.location:
                self.send_header("Location", bank.location)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    bank = SmallBank(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield bank
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
