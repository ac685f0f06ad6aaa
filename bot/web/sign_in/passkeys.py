"""Passkeys: what a browser is asked, and whether its answer holds. By `webauthn`.

The person must have been verified by the device (a finger, a face, a PIN), for this site and
this challenge alone. What device it is, nobody asks.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_client_data_json
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.core.errors import StandEasyError
from bot.core.staff import Member
from bot.web.sign_in.site import Site
from bot.workflows.sign_in import NewPasskey

LONGEST_ID = 1023
LONGEST_KEY_NAME = 40
_TIMEOUT_MS = 300_000


class NotVerified(StandEasyError):
    """The passkey's answer does not hold."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent, read and not yet believed."""

    id: bytes
    challenge: str
    content: dict[str, Any]


def asked_to_register(site: Site, challenge: str, member: Member, has: Iterable[bytes]) -> str:
    """Return what the browser is asked so that it makes a passkey, as JSON."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="Stand Easy",
        user_id=bytes.fromhex(member.id),
        user_name=member.name,
        challenge=bytes.fromhex(challenge),
        timeout=_TIMEOUT_MS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in has],
    )
    return options_to_json(options)


def asked_to_sign_in(site: Site, challenge: str) -> str:
    """Return what the browser is asked so that it offers the passkeys it has, as JSON."""
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=bytes.fromhex(challenge),
        timeout=_TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def read_answer(sent: str) -> Answer:
    """Return what a browser sent; raises `NotVerified` when it is not an answer at all."""
    try:
        content = json.loads(sent)
        key_id = base64url_to_bytes(content["id"])
        client_data = base64url_to_bytes(content["response"]["clientDataJSON"])
        challenge = parse_client_data_json(client_data).challenge.hex()
    # Whatever bytes a stranger sends: its parsers raise what they like on them.
    except Exception:
        raise NotVerified from None
    if not 0 < len(key_id) <= LONGEST_ID:
        raise NotVerified
    return Answer(key_id, challenge, content)


def new_passkey(site: Site, answer: Answer, name: str) -> NewPasskey:
    """Return the passkey that a browser made; raises `NotVerified`."""
    try:
        verified = verify_registration_response(
            credential=answer.content,
            expected_challenge=bytes.fromhex(answer.challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception:
        raise NotVerified from None
    if verified.credential_id != answer.id:
        raise NotVerified
    tidy = " ".join("".join(each for each in name if each.isprintable()).split())
    return NewPasskey(
        verified.credential_id,
        verified.credential_public_key,
        verified.sign_count,
        tidy[:LONGEST_KEY_NAME],
    )


def new_count(site: Site, answer: Answer, staff_id: str, public_key: bytes, sign_count: int) -> int:
    """Return how often a passkey was used by now; raises `NotVerified` when it was not."""
    try:
        verified = verify_authentication_response(
            credential=answer.content,
            expected_challenge=bytes.fromhex(answer.challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
        handle = answer.content["response"].get("userHandle")
        whose = base64url_to_bytes(handle) if handle else bytes.fromhex(staff_id)
    except Exception:
        raise NotVerified from None
    if whose != bytes.fromhex(staff_id):
        raise NotVerified
    return verified.new_sign_count
