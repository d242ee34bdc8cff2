"""Everything that can go wrong, in two families, and the words for it.

A ``Refusal`` is the gateway doing its work: somebody must mend a file or an agreement. A ``Fault`` is the world
failing: a machine must be tried again. Neither carries personal data, and neither quotes what was found in a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error must be mended; a query is mended or explained."""

    ERROR = "error"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, without the value that was found.

    ``line`` counts from 1 in the file as it came (0: the file as a whole). ``path`` names elements of our schema
    only; content that no schema knows is ``*``. ``pupil`` is the record's number in the file, from 1.
    """

    code: str
    severity: Severity
    message: str
    fix: str
    line: int = 0
    path: str = ""
    pupil: int | None = None


class Code(StrEnum):
    """Why an upload, a message or a disclosure was refused. Each has a sentence, a way to mend it and a vector."""

    # the file
    NOT_A_FILE_WE_KNOW = "not-a-file-we-know"
    FILE_NAME = "file-name"
    TOO_LARGE = "too-large"
    ENCODING = "encoding"
    NOT_XML = "not-xml"
    UNSAFE_XML = "unsafe-xml"
    UNSAFE_ZIP = "unsafe-zip"
    SHEET = "sheet"
    WRONG_KIND = "wrong-kind"
    WRONG_VERSION = "wrong-version"
    FINDINGS = "findings"
    CUT_SHORT = "cut-short"
    NOT_YOUR_FILE = "not-your-file"
    # the decision
    NO_RECIPIENT = "no-recipient"
    NO_PURPOSE = "no-purpose"
    PURPOSE_OFF = "purpose-off"
    NO_AGREEMENT = "no-agreement"
    AGREEMENT_NOT_IN_FORCE = "agreement-not-in-force"
    BASIS_NOT_OPEN = "basis-not-open"
    NO_ARTICLE_9 = "no-article-9"
    NO_ARTICLE_10 = "no-article-10"
    BARRED = "barred"
    EXEMPTION_NOT_OPEN = "exemption-not-open"
    TOO_MANY_CHILDREN = "too-many-children"
    NOTHING_TO_SHARE = "nothing-to-share"
    NO_CERTIFICATE = "no-certificate"
    # the message
    UNKNOWN_SENDER = "unknown-sender"
    NOT_FOR_US = "not-for-us"
    WRONG_PARTNER = "wrong-partner"
    KNOWN_ID_OTHER_CONTENT = "known-id-other-content"
    CARRIER = "carrier"
    MESSAGE = "message"
    # the door
    NOT_ENROLLED = "not-enrolled"
    NOT_ALLOWED = "not-allowed"
    NOT_FOUND = "not-found"
    NO_FILE = "no-file"
    TEXT_TOO_LONG = "text-too-long"
    CONFIRM_TEXT = "confirm-text"
    DRAFT_GONE = "draft-gone"
    RELEASED = "released"
    TOO_MANY_FILES = "too-many-files"
    LINK_OVER = "link-over"
    NOT_SIGNED_IN = "not-signed-in"
    SESSION_OVER = "session-over"
    PAGE_TOO_OLD = "page-too-old"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Help:
    """What a person reads: what happened, and what to do."""

    sentence: str
    fix: str
    status: int = 422


HELP: Mapping[Code, Help] = {
    Code.NOT_A_FILE_WE_KNOW: Help(
        "This is not a file that the gateway reads.",
        "Export a Common Transfer File (.xml) from your management information system and send that file, "
        "or fill in a template from the upload page.",
    ),
    Code.FILE_NAME: Help(
        "The name of the file is not that of a transfer file.",
        "Export the file again and do not rename it. A name looks like 8864321_CTF_8871234_001.xml.",
    ),
    Code.TOO_LARGE: Help(
        "The file is larger than the gateway accepts.",
        "Send fewer pupils in one file: at most 5,000 pupils and 20 MB.",
    ),
    Code.ENCODING: Help(
        "The file is not written in UTF-8 or UTF-16.",
        "Export it again as it comes from your system; do not open and save it in another program.",
    ),
    Code.NOT_XML: Help(
        "The file is not complete, well-formed XML.",
        "It was probably cut short or edited by hand. Export it again and send it unopened.",
    ),
    Code.UNSAFE_XML: Help(
        "The file holds something a transfer file never needs, such as a DTD, and was not opened.",
        "Export it again from your system. If it comes out the same, call your supplier.",
    ),
    Code.UNSAFE_ZIP: Help(
        "The zip file could not be opened safely.",
        "Send the files themselves, or a plain zip of them without a password.",
    ),
    Code.SHEET: Help(
        "The spreadsheet cannot be taken as it is, so nothing of it was kept.",
        "Mend what is listed, save the sheet and send it again. The templates are on the upload page.",
    ),
    Code.WRONG_KIND: Help(
        "The file is XML, but of a kind the gateway does not read.",
        "Check that you chose the Common Transfer File export.",
    ),
    Code.WRONG_VERSION: Help(
        "The file is in a version of the format that the gateway does not read.",
        "Update your system, or choose a newer version in its export, and export again.",
    ),
    Code.FINDINGS: Help(
        "The file has errors, so nothing of it was kept or sent.",
        "Mend each error listed in your system, export again and send the new file.",
    ),
    Code.CUT_SHORT: Help(
        "The file did not arrive whole, so nothing of it was kept.",
        "Send it again.",
        400,
    ),
    Code.NOT_YOUR_FILE: Help(
        "The file says that it comes from another school.",
        "Send it as the school that the file names as its source.",
        403,
    ),
    Code.NO_RECIPIENT: Help(
        "The destination in the file is not an organisation that the gateway knows.",
        "Check the DfE number: an academy may have a new one. To one not here, or MMMMMMM, send it by school2school.",
    ),
    Code.NO_PURPOSE: Help(
        "No purpose in law covers sending this kind of file from this sender to this recipient.",
        "Ask your information-governance officer which route is right for it.",
    ),
    Code.PURPOSE_OFF: Help(
        "The purpose that would cover this disclosure is switched off.",
        "Your information-governance officer can open it with a named approval and a legal opinion.",
    ),
    Code.NO_AGREEMENT: Help(
        "There is no sharing agreement for this purpose with this recipient.",
        "Ask your information-governance officer to adopt one. Then export the file again and send the new one.",
    ),
    Code.AGREEMENT_NOT_IN_FORCE: Help(
        "The sharing agreement for this purpose with this recipient is not in force today.",
        "Ask your information-governance officer to renew it. Then export the file again and send the new one.",
    ),
    Code.BASIS_NOT_OPEN: Help(
        "The Article 6 basis named for this disclosure is not open to this kind of organisation.",
        "The agreement must name a basis that fits: a public authority relies on its legal duty or public task.",
    ),
    Code.NO_ARTICLE_9: Help(
        "The file holds special-category items and no Article 9 condition with its Schedule 1 paragraph covers them.",
        "The agreement must leave those items out or name the condition, the paragraph and the policy document.",
    ),
    Code.NO_ARTICLE_10: Help(
        "The file holds criminal-offence items and no Article 10 condition covers them.",
        "The agreement must leave those items out or name the condition.",
    ),
    Code.BARRED: Help(
        "A legal bar forbids this disclosure.",
        "Ask your legal services before trying another way.",
    ),
    Code.EXEMPTION_NOT_OPEN: Help(
        "The exemption named for this disclosure is not open for this purpose.",
        "Leave the exemption out, or ask your information-governance officer which one applies.",
    ),
    Code.TOO_MANY_CHILDREN: Help(
        "The file names more children than one message under the agreement may.",
        "Send fewer children in one file, or ask your information-governance officer whether the limit still fits.",
    ),
    Code.NOTHING_TO_SHARE: Help(
        "The agreement allows no part of this file to go.",
        "Ask your information-governance officer whether the agreement lists the items it needs.",
    ),
    Code.NO_CERTIFICATE: Help(
        "There is no valid certificate to seal for this recipient.",
        "The operator must import the recipient's current certificate.",
        503,
    ),
    Code.UNKNOWN_SENDER: Help(
        "The sender of the message is not a partner of this gateway, or its certificate is not the registered one.",
        "Ask this council's operator to register your organisation and its certificates.",
        403,
    ),
    Code.NOT_FOR_US: Help(
        "The message is addressed to another organisation.",
        "Check the recipient's PartyId.",
    ),
    Code.WRONG_PARTNER: Help(
        "The connection and the message name different organisations.",
        "Send with the TLS certificate of the organisation that signed the message.",
        403,
    ),
    Code.KNOWN_ID_OTHER_CONTENT: Help(
        "A message with this id was received before with other content.",
        "Send it as a new message with an id of its own.",
        409,
    ),
    Code.CARRIER: Help(
        "A transfer file to another area may not travel so until the data-protection officer accepts it.",
        "Use school2school for it, or record the acceptance in the settings of the council.",
    ),
    Code.MESSAGE: Help(
        "The message is not one that the gateway can accept.",
        "See the error signal that answers it.",
        400,
    ),
    Code.NOT_ENROLLED: Help(
        "Your organisation is not enrolled here.",
        "Ask the council's operator to enrol it, and its certificate if a machine of yours sends.",
        403,
    ),
    Code.NOT_ALLOWED: Help("You may not do this.", "Sign in as somebody who may.", 403),
    Code.NOT_FOUND: Help("There is nothing here.", "Check the address.", 404),
    Code.NO_FILE: Help("No file was chosen.", "Select a file, or drop it on the page."),
    Code.TEXT_TOO_LONG: Help("An explanation is too long.", "Say it in 500 characters or fewer."),
    Code.CONFIRM_TEXT: Help(
        "An explanation holds something that should rarely stand in it, so nothing was kept or sent.",
        "Take it out, or confirm that the council needs it.",
    ),
    Code.RELEASED: Help(
        "The explanation was released before, and went once.", "Look at what was sent to see where it stands.", 409
    ),
    Code.DRAFT_GONE: Help(
        "Nothing waits here any more: it was sent, or its day is over.",
        "Look under sent files. What is not there has to be uploaded again.",
        409,
    ),
    Code.TOO_MANY_FILES: Help(
        "More than 500 files came at once, so this was not taken.", "Send at most 500 files at a time, zipped or not."
    ),
    Code.LINK_OVER: Help(
        "This link does not work any more.",
        "A link works once, and for one day. Ask your council for a new one. "
        "If it was used and not by you, tell them so.",
        410,
    ),
    Code.NOT_SIGNED_IN: Help("You are not signed in.", "Ask your council for a link to sign in.", 403),
    Code.SESSION_OVER: Help(
        "Your session has ended, so nothing was done.",
        "A session lasts 8 hours. Ask your council for a new link. What you sent before is safe.",
        403,
    ),
    Code.PAGE_TOO_OLD: Help(
        "The page was out of date, so nothing was done.",
        "Go back to the page, load it again and try once more.",
        400,
    ),
    Code.BUSY: Help("The gateway cannot take this now and has kept nothing of it.", "Try again in a minute.", 503),
}


class Refusal(Exception):
    """Somebody must mend something. ``findings`` say everything that is wrong at once."""

    def __init__(self, code: Code, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(code.value)
        self.code = code
        self.findings = findings

    @property
    def help(self) -> Help:
        return HELP[self.code]


class Reason(StrEnum):
    """Why a machine failed, as it may stand in a log line for ever."""

    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    CUT_OFF = "cut-off"
    HTTP_STATUS = "http-status"
    BUSY = "busy"
    RECEIPT_MISSING = "receipt-missing"
    RECEIPT_INVALID = "receipt-invalid"
    REFUSED_BY_PARTNER = "refused-by-partner"
    TOO_OLD = "too-old"
    UNSEALABLE = "unsealable"
    STORE = "store"
    VAULT = "vault"
    BEHIND = "behind"
    UNEXPECTED = "unexpected"


WORDS: Mapping[Reason, str] = {
    Reason.UNREACHABLE: "the recipient's gateway cannot be reached",
    Reason.TLS: "the connection was not one of the registered certificates",
    Reason.TIMEOUT: "the recipient's gateway did not answer in time",
    Reason.CUT_OFF: "the connection was cut before the answer was whole",
    Reason.HTTP_STATUS: "the recipient's server answered with an error",
    Reason.BUSY: "the recipient's gateway was busy",
    Reason.RECEIPT_MISSING: "the recipient's gateway answered without a receipt",
    Reason.RECEIPT_INVALID: "the recipient's receipt does not hold",
    Reason.REFUSED_BY_PARTNER: "the recipient's gateway refused it with a signed error",
    Reason.TOO_OLD: "it could not be delivered in the time that is set for it",
    Reason.UNSEALABLE: "it could not be sealed for the recipient's certificate",
    Reason.STORE: "our own database failed",
    Reason.VAULT: "our own keys could not be used",
    Reason.BEHIND: "our own database does not hold all that was signed: it was restored from an older copy",
    Reason.UNEXPECTED: "our own program failed on it; the machine's log says where",
}


class Fault(Exception):
    """A machine failed. A ``lasting`` fault is not worth another try."""

    def __init__(self, reason: Reason, *, lasting: bool = False) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.lasting = lasting
