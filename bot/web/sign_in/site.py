"""Where browsers reach the pages: what passkeys and answers of the force's sign-in are bound to.

A passkey belongs to a host name and never to a bare address, so on one machine that is
`localhost`. The port counts as well: a page of another program there is another site.
"""

from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Site:
    """The one address under which people sign in."""

    def __init__(self, public_url: str | None, port: int = 0) -> None:
        parts = urlsplit(public_url or f"http://localhost:{port}")
        self.host = (parts.hostname or "").lower()
        self.is_public = public_url is not None
        """Whether somebody said where it is."""
        if self.host in LOOPBACK:
            self.host = "localhost"
        self.is_secure = parts.scheme == "https"
        self._port = parts.port

    @property
    def origin(self) -> str:
        """What a browser calls it."""
        default = 443 if self.is_secure else 80
        port = "" if self._port in (None, default) else f":{self._port}"
        return f"{'https' if self.is_secure else 'http'}://{self.host}{port}"

    def listens_on(self, address: str) -> None:
        """Take the port that the program was given, where nobody said one."""
        if not self.is_public:
            self._port = urlsplit(address).port

    def is_same_machine(self, host: str) -> bool:
        """Whether a page was asked for under another name of this machine than passkeys know."""
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        return self.host == "localhost" and name.strip("[]") in LOOPBACK - {"localhost"}
