"""A small OpenID provider over real HTTP, which can be told to lie.

It keeps to OpenID Connect Core 1.0 by itself: codes open once, PKCE and the redirect address are checked.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "ronda", "rahasia klien: %"


@cache
def key_called(name: str, which: int = 0) -> RSAKey:
    """Return a key with that name, made once: `which` tells those of one name apart."""
    return RSAKey.generate_key(2048, {"kid": name})


@dataclass
class FakeProvider:
    """What it says of whom, and which lies it tells."""

    port: int = 0
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "preferred_username": "Siti.R"})
    lies: dict[str, Any] = field(default_factory=dict)
    """Claims of the ID token to replace; None leaves one out."""
    document: dict[str, Any] = field(default_factory=dict)
    """Parts of the discovery document to replace."""
    userinfo: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=partial(key_called, "k1"))
    signer: RSAKey | None = None
    algorithm: str = "RS256"
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    broken: bool = False

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def authorize(self, url: str) -> str:
        """Do what a browser and its person do at the authorization endpoint; return where it is sent back to."""
        given = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert given["response_type"] == "code"
        assert given["client_id"] == CLIENT
        assert given["code_challenge_method"] == "S256"
        assert "openid" in given["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = given
        return f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, object]:
        self.asked.append(path)
        if self.broken:
            return 500, "it broke"
        if path == "/.well-known/openid-configuration":
            return 200, self._described() | self.document
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        if path == "/userinfo":
            return 200, self.userinfo
        return self._token(form, authorization)

    def _described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, object]:
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {expected}" and form.get("client_secret") != SECRET:
            return 401, {"error": "invalid_client"}
        given = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if not given or given["code_challenge"] != challenge or given["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        truth = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": given["nonce"]}
        told = {**truth, **self.person, **self.lies}
        claims = {name: value for name, value in told.items() if value is not None}
        signer = self.signer or self.key
        token = jwt.encode({"alg": self.algorithm, "kid": signer.kid}, claims, signer, algorithms=[self.algorithm])
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": token}


@contextmanager
def running(provider: FakeProvider) -> Iterator[FakeProvider]:
    """Serve on a port of this machine while the context is open."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            if self.path.startswith("/authorize?"):
                self.send_response(302)
                self.send_header("location", provider.authorize(self.path))
                self.end_headers()
                return
            status, document = provider.answer(self.path, form, self.headers.get("authorization", ""))
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
