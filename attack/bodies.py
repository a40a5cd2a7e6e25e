"""What no browser sends: too much, too slowly, and files that are not what they say."""

from __future__ import annotations

import socket
import struct
import zlib
from collections.abc import Iterator
from typing import Final

from attack.findings import Finding, held, not_tried
from attack.target import Target, Unable
from attack.wire import Answer, Upload, Visitor, loopback
from tour.people import IDENTITY, Citizen

TITLE: Final = "A stranger sends too much, too slowly, or something else than it says"
MIB: Final = 1024 * 1024
SLOW: Final = 80
"""Requests that begin and never end."""
MOST_SECONDS: Final = 15


def findings(target: Target) -> Iterator[Finding]:
    """What held; with a citizen of its own."""
    login = target.citizen()
    who = target.visitor()
    large = who.post_raw("/sign-in", {"login": "x" * 3 * MIB, "password": "x"})
    yield held("a form field of 3 MB", large.status, large.status in (400, 413))
    many = who.post_raw("/sign-in", {f"field{number}": "x" for number in range(20_000)})
    yield held("a form of 20,000 fields", many.status, many.status in (400, 413))
    huge = _announced(target, 5_000_000_000)
    yield held("a body that is announced with 5 GB", huge, huge in (400, 413))
    headers = who.get("/", {"X-Long": "x" * 200_000})
    yield held("a header of 200 kB", headers.status, headers.status in (400, 431))
    yield _slow(target)
    try:
        citizen = Uploading(target, login)
    except Unable as reason:
        yield not_tried("files that are not what they say", str(reason))
        return
    for said, file in _files():
        answer = citizen.sends(file)
        yield held(said, answer.status, answer.status in (413, 422))
    packed = citizen.sends(("p.pdf", _pdf(_packed(1024 * MIB)), "application/pdf"))
    said = f"{packed.status} in {packed.seconds:.1f} s"
    alive = target.visitor().get("/sign-in").status == 200
    quick = packed.status in (303, 413, 422) and packed.seconds < MOST_SECONDS
    yield held("a PDF of a few kB whose page unpacks to 1 GB (is not unpacked here)", said, alive and quick)
    honest = citizen.sends(("photo.png", _png(32, 32, _rows(32, 32)), "image/png"))
    yield held("an honest picture behind them", honest.status, honest.status == 303)


def _announced(target: Target, octets: int) -> int:
    head = f"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: {octets}\r\n\r\n"
    with socket.create_connection(loopback(target.url), timeout=60) as line:
        line.sendall(head.encode())
        said = line.recv(64).split(b" ")
    return int(said[1]) if len(said) > 1 else 0


def _slow(target: Target) -> Finding:
    lines = [socket.create_connection(loopback(target.url), timeout=60) for _ in range(SLOW)]
    try:
        for line in lines:
            line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nlogin=")
        answer = target.visitor().get("/sign-in")
    finally:
        for line in lines:
            line.close()
    said = f"{answer.status} in {answer.seconds * 1000:.0f} ms"
    return held(f"somebody opens a page while {SLOW} requests never end", said, answer.status == 200)


class Uploading:
    """A citizen on the page of a document."""

    def __init__(self, target: Target, login: str) -> None:
        if target.stage is None:
            raise Unable("only on a server of our own")
        person = Citizen(target.stage, login)
        person.sign_in_again()
        key = person.begin("/account/verification")
        person.fill_in(IDENTITY)
        person.browser.follow("documents/id_card")
        self.field = person.browser.page.form().files[0]
        self.page = f"/applications/{key}/documents/id_card"
        self.visitor: Visitor = target.signed_in(login)

    def sends(self, file: Upload) -> Answer:
        return self.visitor.post(self.page, {}, files={self.field: file})


def _files() -> Iterator[tuple[str, Upload]]:
    yield "a page that calls itself a picture", ("p.png", b"<html><script>alert(1)</script></html>", "image/png")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    yield "a drawing with a script in it", ("p.svg", svg, "image/svg+xml")
    yield "a program", ("p.pdf", b"MZ" + b"\0" * 4000, "application/pdf")
    bomb = _png(60_000, 60_000, zlib.compress(b"\0" * 200 * MIB, 9))
    yield "a picture of 60,000 × 60,000 points in 200 kB", ("p.png", bomb, "image/png")
    script = b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"
    yield "a PDF that runs a script when it is opened", ("p.pdf", _pdf(b"", script), "application/pdf")
    yield "a file of 12 MB", ("p.png", _png(32, 32, _rows(32, 32)) + b"\0" * 12 * MIB, "image/png")
    yield "nothing", ("p.png", b"", "image/png")


def _rows(width: int, height: int) -> bytes:
    return zlib.compress((b"\0" + b"\x80" * width) * height)


def _png(width: int, height: int, packed: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _packed(octets: int) -> bytes:
    """So many blanks, packed twice."""
    packer, piece = zlib.compressobj(9), b" " * MIB
    once = b"".join([*(packer.compress(piece) for _ in range(octets // MIB)), packer.flush()])
    return zlib.compress(once, 9)


def _pdf(content: bytes, catalog: bytes = b"") -> bytes:
    filters = b"/Filter [/FlateDecode /FlateDecode]" if content else b""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), filters, content),
    )
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    lines = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 5\n0000000000 65535 f \n" + lines + b"trailer << /Size 5 /Root 1 0 R >>\n"
    return out + head + b"startxref\n%d\n%%%%EOF\n" % len(out)
