"""A provider of single sign-on on this machine that answers as it is told to: rightly, or with one fault."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, SUBJECT = "tracker", "a-secret-for-the-tests-only-0123456789", "subject-of-mei"
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _n in range(2))


def public(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    """The public half as a JSON web key."""
    return json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {
        "kid": kid,
        "alg": "RS256",
        "use": "sig",
    }


class BadProvider:
    """What it answers: ``claims`` go over the right ones (None leaves one out), ``sign`` makes the token of them."""

    def __init__(self) -> None:
        self.issuer = ""
        self.asked: dict[str, str] = {}
        self.forms: list[dict[str, str]] = []
        self.tell()

    def tell(self, **given: Any) -> None:
        """Answer rightly but for what is given."""
        self.claims: dict[str, Any] = given.get("claims", {})
        self.sign = given.get("sign", self.signed)
        self.keys: list[dict[str, Any]] = given.get("keys", [public(KEY, "first")])
        self.described: dict[str, Any] = given.get("described", {})
        self.answered: dict[str, Any] = given.get("answered", {})
        self.status: int = given.get("status", 200)

    def signed(self, claims: dict[str, Any], key: Any = KEY, alg: str = "RS256", kid: str = "first") -> str:
        return jwt.encode(claims, key, algorithm=alg, headers={"kid": kid})

    def sent_to(self, location: str) -> str:
        """Note what the browser was sent here with; the state, as a browser brings it back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        return self.asked["state"]

    def description(self) -> dict[str, Any]:
        ends = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "keys",
        }
        return (
            {"issuer": self.issuer}
            | {name: f"{self.issuer}/{end}" for name, end in ends.items()}
            | self.described
        )

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """The answer to the exchange of the code; the proof key is checked as a real provider does."""
        self.forms.append(form)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.asked.get("code_challenge"):
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": SUBJECT,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked.get("nonce"),
        } | self.claims
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        answer = {"token_type": "Bearer", "access_token": "x", "id_token": token} | self.answered
        return {name: value for name, value in answer.items() if value is not None}


@contextmanager
def running() -> Iterator[BadProvider]:
    """The provider on a free port of this machine."""
    provider = BadProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = {"/.well-known/openid-configuration": provider.description, "/keys": self._keys}
            self._say(known[self.path]())

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(provider.token({name: values[0] for name, values in parse_qs(text).items()}))

        def _keys(self) -> dict[str, Any]:
            return {"keys": provider.keys}

        def _say(self, what: dict[str, Any]) -> None:
            body = json.dumps(what).encode()
            self.send_response(provider.status if self.path == "/token" else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if provider.status == 302:
                self.send_header("Location", f"{provider.issuer}/keys")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Nothing is written."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def public_pem() -> bytes:
    """The public key as text, which a careless reader takes for a shared secret."""
    return KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
