"""How a desk is reached: loopback with a link, TLS, or one proxy; anything else is refused before a socket is opened."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from landgis.bootstrap import build
from landgis.cli.serving import Front
from landgis.db.connect import open_database
from landgis.errors import UsageError
from landgis.web.proxied import Proxied
from tests.support.office import installation


@pytest.fixture(scope="module", autouse=True)
def home(stocked_home: Path) -> Iterator[Path]:
    with installation("登录", stocked_home) as home:
        yield home


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def serving(*options: object) -> Iterator[str]:
    """The command at work; yields what it said until it was ready."""
    command = [sys.executable, "-m", "landgis", "serve", "--port", str(_free_port()), *map(str, options)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
    ) as server:
        assert server.stdout is not None
        said = ""
        for line in server.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        try:
            yield said
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of loopback, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    built = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1)).add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(built.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


def address(said: str) -> str:
    found = re.search(r"desk: (\S+)/", said)
    assert found, said
    return found[1]


def test_on_loopback_one_link_lets_the_acting_person_in() -> None:
    with serving() as said:
        links = re.findall(r"^http://127\.0\.0\.1:\d+/enter/link/\S+$", said, re.MULTILINE)
        assert len(links) == 1
        with httpx.Client() as browser:
            assert browser.get(address(said) + "/").status_code == 303
            assert browser.get(links[0]).status_code == 200
            assert browser.get(address(said) + "/").status_code == 200
        assert httpx.get(links[0]).status_code == 401
        headers = {"X-Forwarded-For": "10.1.2.3", "Origin": address(said)}  # nobody said that a proxy would come
        fields = {"account": "spoof", "password": "wrong wrong wrong"}
        assert httpx.post(f"{address(said)}/enter", data=fields, headers=headers).status_code == 401
    owner = open_database(build().running, role="landgis_owner", pooled=False)
    with owner.begin() as connection:
        seen = connection.scalar(text("SELECT address FROM landgis.entry_log WHERE account = 'spoof'"))
    assert seen == "127.0.0.1"


def test_an_office_prints_no_link_and_speaks_tls(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    with serving("--accounts", "--certificate", cert, "--key", key) as said:
        assert "enter/link" not in said
        assert address(said).startswith("https://127.0.0.1:")
        context = ssl.create_default_context(cafile=str(cert))
        with httpx.Client(verify=context) as browser:
            page = browser.get(address(said) + "/")
            assert page.status_code == 303


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ({"host": "192.0.2.7"}, "明文"),
        ({"host": "desk.example"}, "明文"),
        ({"certificate": Path("c.pem")}, "须一起给出"),
        ({"certificate": Path("/no/c.pem"), "key": Path("/no/k.pem")}, "没有文件"),
        ({"host": "192.0.2.7", "proxy": "192.0.2.1"}, "--name"),
        ({"proxy": "proxy.example", "names": ("desk.example",)}, "IP"),
    ],
)
def test_what_would_let_others_listen_is_refused(front: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        Front(**front).require_sound()
    assert words in caught.value.zh


@pytest.mark.parametrize(
    ("peer", "forwarded", "status", "client"),
    [
        ("192.0.2.1", {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.1.2.3"}, 200, "10.1.2.3"),
        ("192.0.2.1", {"X-Forwarded-For": "10.1.2.3"}, 421, ""),
        ("192.0.2.9", {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.1.2.3"}, 421, ""),
    ],
)
def test_behind_a_proxy_that_proxy_alone_is_answered_and_believed(
    peer: str, forwarded: dict[str, str], status: int, client: str
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": f"{scope['client'][0]} {scope['scheme']}".encode()})

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Proxied(app, "192.0.2.1"), client=(peer, 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://desk.example") as asking:
            return await asking.get("/", headers=forwarded)

    answer = asyncio.run(ask())
    assert answer.status_code == status
    if status == 200:
        assert answer.text == f"{client} https"
