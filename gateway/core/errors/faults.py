"""What fails in a machine, and whether another try is worth it."""

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Why a machine failed, as it may stand in a log line for ever."""

    UNREACHABLE = "unreachable"
    ADDRESS = "address"
    UNCONFIRMED = "unconfirmed"
    ONBOARDING = "onboarding"
    PAUSED = "paused"
    TLS = "tls"
    TIMEOUT = "timeout"
    CUT_OFF = "cut-off"
    HTTP_STATUS = "http-status"
    BUSY = "busy"
    RECEIPT_MISSING = "receipt-missing"
    RECEIPT_INVALID = "receipt-invalid"
    REFUSED_BY_PARTNER = "refused-by-partner"
    UNDELIVERED = "undelivered"
    REPEAT_REFUSED = "repeat-refused"
    TOO_OLD = "too-old"
    UNSEALABLE = "unsealable"
    CARRIER = "carrier"
    MAIL = "mail"
    MAIL_ACCOUNT = "mail-account"
    NOTIFY = "notify"
    PROVIDER = "provider"
    CLIENT_SECRET = "client-secret"  # noqa: S105  (what is wrong, and no secret)
    API_SECRET = "api-secret"  # noqa: S105  (what is wrong, and no secret)
    STORE = "store"
    VAULT = "vault"
    BEHIND = "behind"
    UNPROVEN = "unproven"
    UNEXPECTED = "unexpected"


WORDS: Mapping[Reason, str] = {
    Reason.UNREACHABLE: "the recipient's gateway cannot be reached",
    Reason.ADDRESS: "its address lies inside a private network, which its record does not allow",
    Reason.UNCONFIRMED: "nothing is sent there until two people have confirmed the recipient's keys by phone",
    Reason.ONBOARDING: "the recipient's system is being connected, and nothing real is sent there until it is live",
    Reason.PAUSED: "somebody at this council has paused the recipient's queue, and it waits until they let it go on",
    Reason.TLS: "the connection was not one of the registered certificates",
    Reason.TIMEOUT: "the recipient's gateway did not answer in time",
    Reason.CUT_OFF: "the connection was cut before the answer was whole",
    Reason.HTTP_STATUS: "the recipient's server answered with an error",
    Reason.BUSY: "the recipient's gateway was busy",
    Reason.RECEIPT_MISSING: "the recipient's gateway answered without a receipt",
    Reason.RECEIPT_INVALID: "the recipient's receipt does not hold",
    Reason.REFUSED_BY_PARTNER: "the recipient's gateway refused it with a signed error",
    Reason.UNDELIVERED: "MESH could not bring it to the recipient's mailbox, or does not take it",
    Reason.REPEAT_REFUSED: (
        "the recipient's gateway refused it when it came again, and its first answer was lost: they may have it "
        "already. Your council phones them and asks, and resends it only if they have not"
    ),
    Reason.TOO_OLD: "no receipt came for it in the time that is set (EBMS:0301)",
    Reason.UNSEALABLE: "it could not be sealed for the recipient's certificate",
    Reason.CARRIER: "its carrier cannot be used from here: a folder that cannot be written, or no mailbox is set up",
    Reason.MAIL: "the mail server would not take it",
    Reason.MAIL_ACCOUNT: "the mail server does not know our name and password, our address as sender, or STARTTLS",
    Reason.NOTIFY: "GOV.UK Notify does not know our key, or the clock of this machine is wrong",
    Reason.PROVIDER: "the provider that people sign in by cannot be reached, or answers what does not hold",
    Reason.CLIENT_SECRET: "the provider that people sign in by does not know our client secret",
    Reason.API_SECRET: "the provider that people sign in by does not know our second secret, by which roles are asked",
    Reason.STORE: "our own database failed",
    Reason.VAULT: "our own keys could not be used",
    Reason.BEHIND: "our own database does not hold all that was signed: it was restored from an older copy",
    Reason.UNPROVEN: "too few have countersigned our log for too long: only what protects somebody goes",
    Reason.UNEXPECTED: "our own program failed on it; the machine's log says where",
}


class Fault(Exception):
    """A machine failed. A ``lasting`` fault is not worth another try."""

    def __init__(self, reason: Reason, *, lasting: bool = False) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.lasting = lasting
