"""Small gateways on this machine that speak as Nomsa, PlasGate and Telegram do, over real HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from engine.connectors import Nomsa, PlasGate, Telegram
from tests import patience

KEY = "the key of the office"
SECRET = "the secret of the office"
PRIVATE_KEY = "the private/key of the office"
BOT_TOKEN = "12345:the-token-of-the-bot"
REPORTS = "http://localhost/message-reports/plasgate"


@dataclass
class SmallGateway:
    """What it was told, and how it answers: with ``status`` and ``headers``, with ``says`` instead of what it would
    say, after it ``took`` the message but hung up (``hangs_up``), or not before it is ``released``."""

    url: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    says: bytes = b""
    hangs_up: bool = False
    is_slow: bool = False
    released: threading.Event = field(default_factory=threading.Event)
    fates: dict[str, str] = field(default_factory=dict)
    took: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    shown: list[dict[str, str | None]] = field(default_factory=list)

    @property
    def nomsa(self) -> Nomsa:
        return Nomsa(self.url, KEY, "owso", timeout=patience.SECONDS)

    @property
    def plasgate(self) -> PlasGate:
        return PlasGate(self.url, PRIVATE_KEY, SECRET, "OWSO", REPORTS, timeout=patience.SECONDS)

    @property
    def telegram(self) -> Telegram:
        return Telegram(self.url, BOT_TOKEN, "owso_bot", timeout=patience.SECONDS)

    def take(self, path: str, body: dict[str, Any]) -> bytes:
        self.took.append({"path": path} | body)
        number = str(len(self.took))
        if path.startswith("/v1/"):
            return json.dumps({"id": number, "status": "UNSENT", "errored_at": None}).encode()
        if path.startswith("/bot"):
            return json.dumps({"ok": True, "result": {"message_id": len(self.took)}}).encode()
        return json.dumps({"message_count": 1, "queue_id": f"queue-{number}"}).encode()

    def tell(self, path: str) -> bytes:
        number = path.rpartition("/")[2]
        self.asked.append(number)
        return json.dumps({"id": number, "status": self.fates.get(number, "SENT"), "errored_at": None}).encode()


@contextmanager
def small_gateway() -> Iterator[SmallGateway]:
    """The gateway at a free port of 127.0.0.1, until the block ends."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            gateway.shown.append({name: self.headers[name] for name in ("Authorization", "X-Secret")})
            if gateway.hangs_up:
                gateway.took.append({"path": self.path} | body)
                self.close_connection = True
                return
            if gateway.is_slow:
                gateway.released.wait(patience.SECONDS)
            self.answer(gateway.take(self.path, body) if gateway.status < 300 else b"{}")

        def do_GET(self) -> None:
            gateway.shown.append({"Authorization": self.headers["Authorization"]})
            self.answer(gateway.tell(self.path))

        def answer(self, content: bytes) -> None:
            content = gateway.says or content
            self.send_response(gateway.status)
            for name, value in gateway.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    gateway = SmallGateway(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
