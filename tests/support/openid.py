"""A small OpenID provider on loopback: it signs for whoever it is told to, and lies when it is told to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "landgis", "a secret of the test"


@dataclass
class OpenId:
    """The provider: whom it vouches for, and what it says otherwise than it should."""

    issuer: str = ""
    account: str | None = None
    lies: dict[str, Any] = field(default_factory=dict)
    other_key: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))

    def token(self, nonce: str) -> str:
        """An ID token for the account."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300, "nonce": nonce}
        if self.account is not None:
            claims["preferred_username"] = self.account
        said = {name: value for name, value in (claims | self.lies).items() if value is not None}
        key = RSAKey.generate_key(2048, {"kid": self.key.kid or ""}) if self.other_key else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, said, key)

    def described(self) -> dict[str, str]:
        """What the provider says of itself."""
        return {"issuer": self.issuer} | {
            f"{name}": f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        }

    def redeemed(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code; None: it does not hold, or somebody else brings it."""
        asked = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or authorization != f"Basic {basic}" or form.get("redirect_uri") != asked["redirect_uri"]:
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]:
            return None
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked["nonce"])}


@contextmanager
def openid() -> Iterator[OpenId]:
    """A provider at work."""
    provider = OpenId()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorization_endpoint":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                assert asked["code_challenge_method"] == "S256"
                code = secrets.token_urlsafe(8)
                provider.codes[code] = asked
                self.send_response(302)
                back = urlencode({"code": code, "state": asked["state"]})
                self.send_header("Location", f"{asked['redirect_uri']}?{back}")
                self.end_headers()
            elif parts.path == "/jwks_uri":
                self._say(KeySet([provider.key]).as_dict(private=False))
            else:
                self._say(provider.described())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            tokens = provider.redeemed(form, self.headers.get("Authorization", ""))
            self._say(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

        def _say(self, what: Any, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(what).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
