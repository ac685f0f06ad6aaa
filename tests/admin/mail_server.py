"""A real mail server on this machine that keeps what it is given."""

import asyncio
import datetime
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ACCOUNT, PASSWORD = "stand-easy", "an invented p@ssword/1"


@dataclass
class Kept:
    """What came, and what is refused."""

    address: str = ""
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a message, or refuse it."""
        self.greetings.append(str(session.host_name))
        if self.refuses:
            return "451 Not now, chat 123456789"
        content = cast(bytes, envelope.content)
        made = message_from_bytes(content, policy=policy.default)
        self.messages.append(made)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 Kept"

    @property
    def subjects(self) -> list[str]:
        """What each message is about."""
        return [str(message["Subject"]) for message in self.messages]


@dataclass(frozen=True)
class Trust:
    """A certificate for this machine, and a client that trusts it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def trust_in(folder: Path) -> Trust:
    """Make a certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(public, private)
    return Trust(server, ssl.create_default_context(cafile=str(public)))


def _may_enter(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    right = isinstance(given, LoginPassword) and (
        given.login.decode(),
        given.password.decode(),
    ) == (ACCOUNT, PASSWORD)
    return AuthResult(success=right, handled=False)


@asynccontextmanager
async def mail_server(
    trust: Trust | None = None, *, tls: bool = False
) -> AsyncIterator[tuple[Kept, int]]:
    """Serve until the block ends; with `trust` by STARTTLS and a password, or TLS at once."""
    kept = Kept()
    starttls = trust is not None and not tls

    def protocol() -> SMTP:
        with warnings.catch_warnings():
            # It does not know of the TLS around all of it.
            warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
            return made()

    def made() -> SMTP:
        return SMTP(
            kept,
            hostname="localhost",
            authenticator=_may_enter if trust else None,
            auth_required=trust is not None,
            auth_require_tls=starttls,
            tls_context=trust.server if trust and starttls else None,
            require_starttls=starttls,
            loop=asyncio.get_running_loop(),
        )

    server = await asyncio.get_running_loop().create_server(
        protocol, "127.0.0.1", 0, ssl=trust.server if trust and tls else None
    )
    try:
        yield kept, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
