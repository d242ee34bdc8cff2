"""Passkeys by the webauthn library: what a browser is asked for, and whether what its device answers holds.

A key is bound to one address, stays on its owner's device, and asks there for a finger, a face or a PIN each time.
"""

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gateway.core.errors import Code, Refusal
from gateway.core.records import KeyMade, Passkey
from gateway.core.terms import digest


class Passkeys:
    """Keys for the pages at ``address``, as people open them."""

    def __init__(self, address: str, name: str) -> None:
        parts = urlsplit(address)
        self._origin, self._host, self._name = f"{parts.scheme}://{parts.netloc}", parts.hostname or "", name

    def asks_new(self, person: str, known: Sequence[str], challenge: bytes) -> str:
        """What the browser is asked in order to make a key; not a second one on a device that is known."""
        options = webauthn.generate_registration_options(
            rp_id=self._host,
            rp_name=self._name,
            user_id=bytes.fromhex(digest(person.encode())),
            user_name=person,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known],
        )
        return webauthn.options_to_json(options)

    def made(self, answer: str, challenge: bytes) -> KeyMade:
        """The key that a device has made. Raises Refusal(SIGN_IN_FAILED)."""
        try:
            found = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise Refusal(Code.SIGN_IN_FAILED) from error
        return KeyMade(bytes_to_base64url(found.credential_id), found.credential_public_key, found.sign_count)

    def asks(self, challenge: bytes) -> str:
        """What the browser is asked in order to sign in; whose key it is, the device tells."""
        options = webauthn.generate_authentication_options(
            rp_id=self._host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
        )
        return webauthn.options_to_json(options)

    def names(self, answer: str) -> str:
        """Which key an answer says that it is of. Raises Refusal(SIGN_IN_FAILED)."""
        try:
            return bytes_to_base64url(base64url_to_bytes(json.loads(answer)["id"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refusal(Code.SIGN_IN_FAILED) from error

    def holds(self, answer: str, challenge: bytes, key: Passkey) -> int:
        """How often the device says now that the key was used. Raises Refusal(SIGN_IN_FAILED)."""
        try:
            found = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=key.public,
                credential_current_sign_count=key.count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise Refusal(Code.SIGN_IN_FAILED) from error
        return found.new_sign_count
