"""Why a message, receipt or error was refused: one cause each, its ebMS code and a sentence its sender may read.

Nothing here quotes what was found, and everything that failed while decrypting is one and the same cause.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from gateway.core.errors import Code, Refusal
from gateway.core.terms import MessageId


class Ebms(StrEnum):
    """Error codes of ebMS3 core §6.7 and AS4 1.0 §3.2."""

    VALUE = "EBMS:0001"
    OTHER = "EBMS:0004"
    EMPTY = "EBMS:0006"
    MIME = "EBMS:0007"
    HEADER = "EBMS:0009"
    PAYLOAD = "EBMS:0011"
    AUTHENTICATION = "EBMS:0101"
    DECRYPTION = "EBMS:0102"
    POLICY = "EBMS:0103"
    RECEIPT_MISSING = "EBMS:0301"
    RECEIPT_INVALID = "EBMS:0302"
    DECOMPRESSION = "EBMS:0303"

    @property
    def short(self) -> str:
        return _WORDS[self][0]

    @property
    def category(self) -> str:
        return _WORDS[self][1]

    @property
    def origin(self) -> str:
        return "security" if self.startswith("EBMS:01") else "ebMS"

    @property
    def severity(self) -> str:
        """An empty channel is no failure: whoever asked comes again (ebMS3 core §6.7.1)."""
        return "warning" if self is Ebms.EMPTY else "failure"


_WORDS: Mapping[Ebms, tuple[str, str]] = {
    Ebms.VALUE: ("ValueNotRecognized", "Content"),
    Ebms.OTHER: ("Other", "Content"),
    Ebms.EMPTY: ("EmptyMessagePartitionChannel", "Communication"),
    Ebms.MIME: ("MimeInconsistency", "Unpackaging"),
    Ebms.HEADER: ("InvalidHeader", "Unpackaging"),
    Ebms.PAYLOAD: ("ExternalPayloadError", "Content"),
    Ebms.AUTHENTICATION: ("FailedAuthentication", "Processing"),
    Ebms.DECRYPTION: ("FailedDecryption", "Processing"),
    Ebms.POLICY: ("PolicyNoncompliance", "Processing"),
    Ebms.RECEIPT_MISSING: ("MissingReceipt", "Communication"),
    Ebms.RECEIPT_INVALID: ("InvalidReceipt", "Communication"),
    Ebms.DECOMPRESSION: ("DecompressionFailure", "Communication"),
}


class Cause(StrEnum):
    """What exactly was wrong."""

    TOO_LARGE = "too-large"
    TOO_MANY_PARTS = "too-many-parts"
    MIME_TYPE = "mime-type"
    MIME_CUT = "mime-cut"
    MIME_HEADER = "mime-header"
    MIME_ENCODING = "mime-encoding"
    REPEATED_CONTENT_ID = "repeated-content-id"
    NOT_XML = "not-xml"
    UNSAFE_XML = "unsafe-xml"
    STRUCTURE = "structure"
    REPEATED_ID = "repeated-id"
    WRONG_KIND = "wrong-kind"
    HEADER_VALUE = "header-value"
    PARTY_TYPE = "party-type"
    PARTS_DIFFER = "parts-differ"
    UNSIGNED = "unsigned"
    UNKNOWN_SENDER = "unknown-sender"
    STRANGER = "stranger"
    ALGORITHM = "algorithm"
    TRANSFORM = "transform"
    REFERENCES = "references"
    SIGNATURE = "signature"
    DIGEST = "digest"
    UNENCRYPTED = "unencrypted"
    CIPHER = "cipher"
    SEALED_FOR_ANOTHER = "sealed-for-another"
    DECRYPTION = "decryption"
    COMPRESSION = "compression"
    COMPRESSED_WHAT = "compressed-what"
    UNZIPPED_TOO_LARGE = "unzipped-too-large"
    RECEIPT_MISSING = "receipt-missing"
    RECEIPT_FOR_ANOTHER = "receipt-for-another"
    RECEIPT_CONTENT = "receipt-content"
    NOTHING_WAITS = "nothing-waits"
    CHANNEL = "channel"
    PULL_REPEATED = "pull-repeated"
    PULL_TIME = "pull-time"


CAUSES: Mapping[Cause, tuple[Ebms, str]] = {
    Cause.TOO_LARGE: (Ebms.OTHER, "The message is larger than this gateway accepts."),
    Cause.TOO_MANY_PARTS: (Ebms.MIME, "The message has more attachments than this gateway accepts."),
    Cause.MIME_TYPE: (Ebms.MIME, "The content type is neither SOAP 1.2 nor multipart/related around SOAP 1.2."),
    Cause.MIME_CUT: (Ebms.MIME, "The MIME body is not whole."),
    Cause.MIME_HEADER: (Ebms.MIME, "A MIME header is malformed, repeated or too long."),
    Cause.MIME_ENCODING: (Ebms.MIME, "A MIME part has a transfer encoding that was not agreed."),
    Cause.REPEATED_CONTENT_ID: (Ebms.MIME, "Two MIME parts have the same Content-ID, or one has none."),
    Cause.NOT_XML: (Ebms.HEADER, "The SOAP part is not well-formed XML in UTF-8 or UTF-16."),
    Cause.UNSAFE_XML: (Ebms.HEADER, "The SOAP part holds a DTD, a processing instruction or a comment."),
    Cause.STRUCTURE: (Ebms.HEADER, "An element holds what the profile does not allow there."),
    Cause.REPEATED_ID: (Ebms.HEADER, "Two elements have the same Id."),
    Cause.WRONG_KIND: (Ebms.HEADER, "The message is not of the kind that is expected here."),
    Cause.HEADER_VALUE: (Ebms.VALUE, "A value in the ebMS header is missing or malformed."),
    Cause.PARTY_TYPE: (Ebms.VALUE, "A PartyId is of another type than the one that was agreed."),
    Cause.PARTS_DIFFER: (Ebms.PAYLOAD, "The attachments are not those that PayloadInfo declares."),
    Cause.UNSIGNED: (Ebms.POLICY, "The message is not signed."),
    Cause.UNKNOWN_SENDER: (Ebms.AUTHENTICATION, "No certificate is registered for the sender."),
    Cause.STRANGER: (Ebms.AUTHENTICATION, "The signing certificate is not one that is registered for the sender."),
    Cause.ALGORITHM: (Ebms.POLICY, "A signature, digest or canonicalisation algorithm was not agreed."),
    Cause.TRANSFORM: (Ebms.POLICY, "A signed part has other transforms than the one the profile gives it."),
    Cause.REFERENCES: (Ebms.AUTHENTICATION, "The signature does not cover exactly the header, the body and each part."),
    Cause.SIGNATURE: (Ebms.AUTHENTICATION, "The signature value is wrong."),
    Cause.DIGEST: (Ebms.AUTHENTICATION, "A signed part is not as it was when it was signed."),
    Cause.UNENCRYPTED: (Ebms.POLICY, "The encryption does not cover exactly the attachments."),
    Cause.CIPHER: (Ebms.POLICY, "An encryption algorithm or its parameters were not agreed."),
    Cause.SEALED_FOR_ANOTHER: (Ebms.DECRYPTION, "The message is encrypted for a certificate that is not ours."),
    Cause.DECRYPTION: (Ebms.DECRYPTION, "The message could not be decrypted."),
    Cause.COMPRESSION: (Ebms.DECOMPRESSION, "An attachment is not one whole gzip stream."),
    Cause.COMPRESSED_WHAT: (Ebms.DECOMPRESSION, "A compressed attachment does not say its MIME type."),
    Cause.UNZIPPED_TOO_LARGE: (Ebms.DECOMPRESSION, "The attachments unzip to more than this gateway accepts."),
    Cause.RECEIPT_MISSING: (Ebms.RECEIPT_MISSING, "The answer holds no receipt."),
    Cause.RECEIPT_FOR_ANOTHER: (Ebms.RECEIPT_INVALID, "The receipt is for another message."),
    Cause.RECEIPT_CONTENT: (Ebms.RECEIPT_INVALID, "The receipt does not repeat exactly what was signed."),
    Cause.NOTHING_WAITS: (Ebms.EMPTY, "No message waits on this channel."),
    Cause.CHANNEL: (Ebms.VALUE, "The message partition channel is not the one that is kept for whoever signed."),
    Cause.PULL_REPEATED: (Ebms.OTHER, "A pull request with this id was answered before; each needs an id of its own."),
    Cause.PULL_TIME: (Ebms.VALUE, "The time of the pull request is more than a day away from ours."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error signal says: a code and a sentence without any value."""

    code: Ebms
    detail: str


class As4Error(Refusal):
    """A message was refused for ``cause``. ``where`` names an element of the profile and nothing else.

    ``ref_to`` is the id the refused message claimed, unverified: good only to name it in the error signal.
    """

    def __init__(self, cause: Cause, where: str = "", ref_to: MessageId | None = None) -> None:
        super().__init__(Code.MESSAGE)
        self.cause = cause
        self.where = where
        self.ref_to = ref_to

    def __str__(self) -> str:
        return f"{self.problem.code} {self.problem.code.short}: {self.problem.detail}"

    @property
    def problem(self) -> Problem:
        code, sentence = CAUSES[self.cause]
        return Problem(code, f"{sentence} ({self.where})" if self.where else sentence)

    def about(self, message_id: MessageId | None) -> Self:
        """The same refusal, knowing which message it is about."""
        return type(self)(self.cause, self.where, message_id)
