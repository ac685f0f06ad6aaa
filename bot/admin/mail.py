"""Mail by SMTP: fixed words to fixed addresses, over TLS except on this machine."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from ssl import SSLContext
from typing import Final

import aiosmtplib

from bot.core.alerts import Letter
from bot.workflows.alerts import NotDelivered
from bot.workflows.moment import Now

log = logging.getLogger(__name__)

SECONDS: Final = 20
"""How long a server may take over anything."""


@dataclass(frozen=True)
class Way:
    """The way to a server. It does not print its password."""

    host: str
    port: int
    tls: bool
    """From the first byte on."""
    starttls: bool
    account: str | None = None
    password: str | None = field(default=None, repr=False)


class Mail:
    """Carries letters from one address to others."""

    def __init__(
        self,
        way: Way,
        sender: str,
        recipients: Sequence[str],
        now: Now,
        trusting: SSLContext | None = None,
    ) -> None:
        self._way, self._sender, self._recipients = way, sender, tuple(recipients)
        self._now, self._trusting = now, trusting

    async def send(self, letter: Letter) -> None:
        """Deliver a letter; raises `NotDelivered`."""
        way = self._way
        message = self._message(letter)
        try:
            refused, _ = await aiosmtplib.send(
                message,
                hostname=way.host,
                port=way.port,
                username=way.account,
                password=way.password,
                use_tls=way.tls,
                start_tls=way.starttls,
                tls_context=self._trusting,
                # Not the name of this machine.
                local_hostname=_domain(self._sender),
                timeout=SECONDS,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            # Its kind alone: what a server says can repeat addresses and accounts.
            reason = type(error).__name__
        else:
            if refused:
                log.error("the mail server refused %d of the recipients", len(refused))
            return
        raise NotDelivered(reason=reason)

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = ", ".join(self._recipients)
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(self._now())
        message["Message-ID"] = make_msgid(domain=_domain(self._sender))
        # No absence note answers it.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
