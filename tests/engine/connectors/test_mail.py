"""Mail leaves over TLS, to the server that was meant and to no other."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from engine.connectors import (
    DeliveryFailed,
    MessageRefused,
    OutgoingMessage,
    PerhapsSent,
    SenderAway,
    SmtpMessenger,
)

HERE = Path(__file__).parent / "mail_server"
CERTIFICATE = HERE / "certificate.pem"
"""Of a server called localhost, signed by nobody but itself."""
MESSAGE = OutgoingMessage("key", "email", "dara@example.org", "Ready", "Come once.")


@dataclass
class MailServer:
    """A server that offers TLS and takes everything, unless it ``says`` something else to a word, or hangs up (``""``);
    what it was told."""

    port: int
    told: list[str] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = MailServer(door.getsockname()[1])
        desk = threading.Thread(target=_serve, args=(door, server), daemon=True)
        desk.start()
        yield server
        desk.join()


def _serve(door: socket.socket, server: MailServer) -> None:
    connection, _ = door.accept()
    try:
        _talk(connection, server, "localhost\r\n250 STARTTLS")
    except OSError:
        connection.close()  # whoever does not believe the certificate hangs up


def _talk(connection: socket.socket, server: MailServer, offers: str) -> None:
    if not isinstance(connection, ssl.SSLSocket):
        connection.sendall(b"220 ready\r\n")
    lines = connection.makefile("rb")
    for line in lines:
        said = line.decode().strip()
        server.told.append(said)
        word = said.partition(" ")[0].upper()
        if word in server.says:
            if not server.says[word]:
                connection.shutdown(socket.SHUT_RDWR)
                connection.close()
                return
            connection.sendall(f"{server.says[word]}\r\n".encode())
        elif word == "EHLO":
            connection.sendall(f"250-{offers}\r\n".encode())
        elif word == "STARTTLS":
            connection.sendall(b"220 go ahead\r\n")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE, HERE / "key.pem")
            _talk(context.wrap_socket(connection, server_side=True), server, "localhost\r\n250 AUTH PLAIN")
            return
        elif word == "DATA":
            connection.sendall(b"354 write\r\n")
            while (line := lines.readline()) not in (b".\r\n", b""):
                server.told.append(line.decode().strip())
            connection.sendall(b"250 taken\r\n")
        elif word == "QUIT":
            connection.sendall(b"221 bye\r\n")
            connection.close()
            return
        else:
            connection.sendall(b"235 welcome\r\n" if word == "AUTH" else b"250 fine\r\n")


def messenger(server: MailServer, host: str = "localhost") -> SmtpMessenger:
    return SmtpMessenger(host, server.port, "office@example.org", user="office", password="a secret word")


def test_mail_leaves_to_a_server_whose_certificate_is_known(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    messenger(mail_server).send(MESSAGE)
    assert "STARTTLS" in mail_server.told
    assert "Come once." in mail_server.told


def test_a_server_that_nobody_vouches_for_is_told_neither_password_nor_message(mail_server: MailServer) -> None:
    with pytest.raises(DeliveryFailed, match="SSLCertVerificationError"):
        messenger(mail_server).send(MESSAGE)
    assert [said.partition(" ")[0].upper() for said in mail_server.told] == ["EHLO", "STARTTLS"]


def test_a_server_with_the_certificate_of_another_is_told_nothing(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with pytest.raises(DeliveryFailed, match="SSLCertVerificationError"):
        messenger(mail_server, "127.0.0.1").send(MESSAGE)
    assert "AUTH" not in " ".join(mail_server.told)


@pytest.mark.parametrize(
    ("word", "says", "failure"),
    [
        ("RCPT", "550 no such user", MessageRefused),
        ("RCPT", "450 try again later", DeliveryFailed),
        ("DATA", "554 not taken", MessageRefused),
        ("AUTH", "535 wrong password", SenderAway),
        ("DATA", "", PerhapsSent),
    ],
)
def test_each_answer_of_a_mail_server_is_what_it_is(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, word: str, says: str, failure: type[DeliveryFailed]
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    mail_server.says[word] = says
    with pytest.raises(DeliveryFailed) as raised:
        messenger(mail_server).send(MESSAGE)
    assert type(raised.value) is failure


def test_a_mail_server_that_is_not_there_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        gone = MailServer(door.getsockname()[1])
    with pytest.raises(SenderAway) as raised:
        messenger(gone).send(MESSAGE)
    assert not isinstance(raised.value, PerhapsSent)


def test_an_address_that_no_mail_can_have_is_refused(mail_server: MailServer) -> None:
    with pytest.raises(MessageRefused):
        messenger(mail_server).send(replace(MESSAGE, address="a\r\nBcc: b@example.org"))
    with pytest.raises(SenderAway):  # so that the server, which serves one, ends
        messenger(mail_server).send(MESSAGE)
