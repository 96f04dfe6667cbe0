"""A neighbourhood that residents may see: areas, sites, cameras and decisions, put in over HTTP as an office does."""

from collections.abc import Mapping
from typing import Any, Final

import httpx
from tests.browser.town import PASSWORD, Server

AREAS: Final = {
    "33.74": "Semarang",
    "33.74.13": "Semarang Barat",
    "33.74.13.1006": "Krapyak",
    "33.74.01": "Semarang Tengah",
    "33.74.01.1005": "Kauman",
}
_KRAPYAK: Final = {"area": "33.74.13.1006", "lat": -6.985, "lon": 110.372}
_KAUMAN: Final = {"area": "33.74.01.1005", "lat": -6.972, "lon": 110.425}
SITES: Final = (
    {"id": "krapyak-rt3", "name": "RT 3 RW 4 Krapyak", "kind": "rt", **_KRAPYAK},
    {"id": "johar", "name": "Pasar Johar", "kind": "market", **_KAUMAN},
)


class Office:
    """Somebody who manages everything, over HTTP."""

    def __init__(self, server: Server) -> None:
        self._http = httpx.Client(base_url=f"{server.url}/api/v1", timeout=20, trust_env=False)
        self.send("POST", "session", {"name": "admin", "password": PASSWORD})

    def close(self) -> None:
        """Leave."""
        self._http.close()

    def send(self, method: str, path: str, document: Mapping[str, Any]) -> Any:
        """Send a document; fail with the answer where it is refused."""
        answer = self._http.request(method, path, json=document)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def settle(self) -> None:
        """Enter areas, an agency and sites, and publish them: live, but markets as pictures."""
        for code, name in AREAS.items():
            self.send("PUT", f"areas/{code}", {"id": code, "name": name, "lat": -6.98, "lon": 110.4})
        self.send("PUT", "agencies/diskominfo", {"id": "diskominfo", "name": "Diskominfo"})
        for site in SITES:
            self.send("PUT", f"sites/{site['id']}", {**site, "agency": "diskominfo"})
        for kind, mode in ((None, "live"), ("market", "stills")):
            decision = {"area": "33.74", "kind": kind, "mode": mode, "reason": "Perwal 5/2019"}
            self.send("POST", "publication", {name: value for name, value in decision.items() if value})

    def hang(self, camera: str, url: str, name: str, site: str) -> None:
        """Add a camera at a site."""
        self.send("POST", "cameras", {"id": camera, "url": url, "name": name, "record": False})
        self.send("PUT", f"cameras/{camera}/place", {"spot": {"site": site, "bearing_deg": 90}})

    def withdraw(self, camera: str) -> None:
        """Decide that residents do not see a camera."""
        self.send("POST", "publication", {"camera": camera, "mode": "no", "reason": "menghadap rumah warga"})

    def has_still(self, camera: str) -> bool:
        """Whether residents get a picture of a camera."""
        base = str(self._http.base_url).removesuffix("/api/v1/")
        return self._http.get(f"{base}/media/public/{camera}/still.jpg").status_code == 200

    def published(self) -> int:
        """How many cameras the portal shows."""
        return int(self._http.get("public/cameras").json()["total"])
