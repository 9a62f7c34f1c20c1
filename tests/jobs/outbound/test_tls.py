"""TLS checks the certificate against the host name, although the address is resolved before."""

import datetime
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from jobs.outbound import http

NAME = "hooks.test"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with a key and a certificate for `NAME`, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "certificate.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + made.public_bytes(pem))
    return file


@pytest.fixture
def port(certificate: Path, settings: Settings) -> Iterator[int]:
    """Give the port of a receiver that speaks TLS."""
    settings.OUTBOUND_ALLOWED = ("127.0.0.0/8",)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # handshakes that fail
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def call(host: str, port: int) -> int:
    answer = http.request(
        "POST",
        f"https://{host}:{port}/",
        headers={},
        timeout=5,
        max_bytes=10,
        resolver=lambda *_: ["127.0.0.1"],
    )
    return answer.status


def test_an_untrusted_certificate_is_refused(port: int) -> None:
    with pytest.raises(http.Unreachable, match=r"(?i)certificate"):
        call(NAME, port)


def test_a_trusted_certificate_is_valid_for_its_name_only(
    port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(http, "_ssl_context", lambda: context)
    assert call(NAME, port) == 204
    with pytest.raises(http.Unreachable, match=r"(?i)certificate"):
        call("other.test", port)
