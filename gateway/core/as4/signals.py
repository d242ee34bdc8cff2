"""Signals: the receipt that proves what arrived, the error, the request to pull; all signed, and read from anybody.

A receipt repeats every ds:Reference of the message (AS4 1.0 §5.1.8), so it proves the SOAP part's references.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from lxml import etree

from gateway.core.as4 import message as header
from gateway.core.as4 import mime, names, signature, tokens
from gateway.core.as4.causes import As4Error, Cause, Problem
from gateway.core.as4.envelope import Envelope, add, blank, maybe, parse, printed, text
from gateway.core.as4.names import DS, EB, EBBP, LOG
from gateway.core.as4.values import Opened, Reference, Rules, Signer
from gateway.core.terms import MessageId, digest


@dataclass(frozen=True, slots=True)
class Receipt:
    """Verified evidence; ``content`` is the SOAP envelope to keep, ``checkpoint`` what the partner's log showed."""

    message_id: MessageId
    at: datetime
    ref_to: MessageId | None
    references: tuple[Reference, ...]
    checkpoint: str | None
    signer: x509.Certificate
    content: bytes


@dataclass(frozen=True, slots=True)
class SignalledError:
    """One eb:Error as the partner wrote it; its words may be anything, so they are not for our log."""

    code: str
    severity: str
    short: str
    detail: str


@dataclass(frozen=True, slots=True)
class ErrorSignal:
    """A verified refusal by the partner."""

    message_id: MessageId
    at: datetime
    ref_to: MessageId | None
    errors: tuple[SignalledError, ...]
    signer: x509.Certificate
    content: bytes


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A verified request for the oldest message that waits on a channel."""

    message_id: MessageId
    at: datetime
    mpc: str
    signer: x509.Certificate


def pull_request(mpc: str, signer: Signer, message_id: MessageId, at: datetime) -> bytes:
    """The signed eb:PullRequest (ebMS3 core §5.2.3.1), as ``names.SOAP_CONTENT_TYPE``."""
    envelope, signal = _signal(message_id, at, None)
    add(signal, EB + "PullRequest", {"mpc": mpc})
    return _finished(envelope, signer)


def receipt(
    opened: Opened, signer: Signer, message_id: MessageId, at: datetime, checkpoint: str | None = None
) -> bytes:
    """The signed receipt for a message, as ``names.SOAP_CONTENT_TYPE``; ``checkpoint`` is our log's newest."""
    envelope, signal = _signal(message_id, at, opened.message.message_id)
    evidence = add(add(signal, EB + "Receipt"), EBBP + "NonRepudiationInformation")
    for reference in opened.references:
        signature.write_reference(add(evidence, EBBP + "MessagePartNRInformation"), reference)
    if checkpoint is not None:
        add(signal, LOG + "Checkpoint", text=checkpoint)
    return _finished(envelope, signer)


def error_signal(
    problem: Problem, ref_to: MessageId | None, signer: Signer, message_id: MessageId, at: datetime
) -> bytes:
    """The signed eb:Error (ebMS3 core §6.3), as ``names.SOAP_CONTENT_TYPE``."""
    envelope, signal = _signal(message_id, at, ref_to)
    attributes = {
        "category": problem.code.category,
        "errorCode": problem.code.value,
        "origin": problem.code.origin,
        "severity": problem.code.severity,
        "shortDescription": problem.code.short,
    }
    if ref_to is not None:
        attributes["refToMessageInError"] = ref_to
    error = add(signal, EB + "Error", attributes)
    add(error, EB + "Description", {names.XML + "lang": "en"}, problem.detail)
    return _finished(envelope, signer)


def check_receipt(
    content_type: str,
    content: bytes,
    sent: MessageId,
    references: Sequence[Reference],
    known: tokens.Certificates,
    rules: Rules,
) -> Receipt:
    """Read an answer that must be the receipt for ``sent``, whose seal gave ``references``.

    Raises As4Error: RECEIPT_MISSING (the answer is an error: ``read_signal`` gives it), what ``settles`` raises, and
    what ``read_signal`` raises.
    """
    found = read_signal(content_type, content, known, rules)
    if not isinstance(found, Receipt):
        raise As4Error(Cause.RECEIPT_MISSING)
    settles(found, sent, references)
    return found


def settles(found: Receipt, sent: MessageId, references: Sequence[Reference]) -> None:
    """Hold a receipt against what was sent. Raises As4Error: RECEIPT_FOR_ANOTHER, RECEIPT_CONTENT."""
    if found.ref_to != sent:
        raise As4Error(Cause.RECEIPT_FOR_ANOTHER)
    if sorted(map(_proved, found.references)) != sorted(map(_proved, references)):
        raise As4Error(Cause.RECEIPT_CONTENT)


def read_signal(content_type: str, content: bytes, known: tokens.Certificates, rules: Rules) -> Receipt | ErrorSignal:
    """Verify and read an answer; ``known`` are the signing certificates in force of the partner that gave it.

    Raises As4Error: RECEIPT_MISSING for an empty answer or a signal that is neither, WRONG_KIND, PARTS_DIFFER, and
    what unpacking, parsing and verifying raise.
    """
    found = read_asked(content_type, content, known, rules)
    if isinstance(found, PullRequest):
        raise As4Error(Cause.RECEIPT_MISSING)
    return found


def is_signal(content_type: str, content: bytes, rules: Rules) -> bool:
    """Whether this is a signal and no user message, as it says itself. Raises what unpacking and parsing raise."""
    if mime.content_kind(content_type)[0] != names.SOAP_TYPE:
        return False  # a signal has no attachments
    package = mime.unpack(content_type, content, rules)
    return [child.tag for child in parse(package.soap, package.charset).messaging] == [EB + "SignalMessage"]


def read_asked(
    content_type: str, content: bytes, known: tokens.Certificates, rules: Rules
) -> Receipt | ErrorSignal | PullRequest:
    """As ``read_signal``, for a signal that comes by itself and may ask for a message.

    What it raises knows the id that the signal gives itself.
    """
    if not content:
        raise As4Error(Cause.RECEIPT_MISSING)
    package = mime.unpack(content_type, content, rules)
    if package.attachments:
        raise As4Error(Cause.PARTS_DIFFER)
    envelope = parse(package.soap, package.charset)
    try:
        return _read(envelope, package.soap, known, rules)
    except As4Error as error:
        raise error.about(header.claimed_id(envelope)) from None


# The small print.


def _read(
    envelope: Envelope, soap: bytes, known: tokens.Certificates, rules: Rules
) -> Receipt | ErrorSignal | PullRequest:
    signal = envelope.signal
    signer = signature.verify(envelope, (), known, rules).signer
    receipts, errors, pulls = ([*signal.iterchildren(EB + name)] for name in ("Receipt", "Error", "PullRequest"))
    if sum(map(bool, (receipts, errors, pulls))) != 1:
        raise As4Error(Cause.RECEIPT_MISSING)
    message_id, at, ref_to = header.message_id(signal), header.instant(signal), header.ref_to(signal)
    if errors:
        # SOAP allows a Fault beside ebMS errors; it says nothing that they do not.
        return ErrorSignal(message_id, at, ref_to, tuple(map(_error, errors)), signer, soap)
    if len(envelope.body):
        raise As4Error(Cause.STRUCTURE, "Body")
    if pulls:
        return PullRequest(message_id, at, pulls[0].get("mpc", names.DEFAULT_MPC), signer)
    references = tuple(signature.read_reference(each) for each in receipts[0].iter(DS + "Reference"))
    checkpoint = signal.findtext(LOG + "Checkpoint")
    return Receipt(message_id, at, ref_to, references, checkpoint, signer, soap)


def _signal(message_id: MessageId, at: datetime, ref_to: MessageId | None) -> tuple[Envelope, etree._Element]:
    envelope = blank(digest(message_id.encode())[:32])
    signal = add(envelope.messaging, EB + "SignalMessage")
    header.write_info(signal, message_id, at, ref_to)
    return envelope, signal


def _finished(envelope: Envelope, signer: Signer) -> bytes:
    signature.sign(envelope, {}, signer)
    return printed(envelope)


def _proved(reference: Reference) -> tuple[str, str]:
    """What a receipt must repeat: vendors leave out prefix lists, and the digest holds without them."""
    return reference.uri, reference.digest


def _error(element: etree._Element) -> SignalledError:
    described = maybe(element, EB + "Description")
    found = maybe(element, EB + "ErrorDetail") if described is None else described
    return SignalledError(
        element.get("errorCode", ""),
        element.get("severity", ""),
        element.get("shortDescription", ""),
        "" if found is None else text(found),
    )
