"""Of what each line is: with whose end its salts go, and every text to which they lead.

A line belongs to one whole, and a whole has one clock. What is about nothing that ends by itself belongs to the year.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Whole(StrEnum):
    """What is kept as one and ends as one. Papers are an upload or a message with all that came of it."""

    PAPERS = "papers"
    CASE = "case"
    RIGHTS_REQUEST = "rights-request"
    BREACH = "breach-record"
    FLAG = "flag"
    CONSENT = "consent"
    YEAR = "year"


_OF: Mapping[Whole, str] = {
    Whole.PAPERS: """
        BlockedCleared DisclosureHeld DisclosureRecalled DisclosureRefused DisclosureReleased EnquiryClosed EnquiryEnded
        ExplanationRead ExplanationReleased GlassBroken HoldRefused HoldSigned MessageReceived NotForUs NoticePhoned
        ParcelCollected ParcelDestroyed ParcelFreed ParcelFrozen ParcelResent ParcelShelved ParcelTaken QueryExplained
        RecallAnswered RecallHeard RightsNoticeSettled TeamSpoke TeamTold UploadAccepted WatchClosed WatchOpened
        WatchOverdue
        """,
    Whole.CASE: """
        CaseAssigned CaseClosed CaseClosedTo CaseDeclined CaseMerged CaseOffered CaseOpened CaseReopened CaseTransferred
        CaseViewed EntryAdded ReferrerViewed
        """,
    Whole.RIGHTS_REQUEST: "RightsNoticeAnswered RightsReported RightsRequestOpened RightsStepTaken",
    Whole.BREACH: "BreachOpened BreachUpdated",
    Whole.FLAG: "FlagLiftProposed FlagLifted FlagSet",
    Whole.CONSENT: "ConsentRecorded ConsentWithdrawn",
    # who signed in, looked, searched and did what; what partners and agreements are; who destroyed, which its
    # certificate proves for longer than what it destroyed; a file of which nothing was taken
    Whole.YEAR: """
        AgreementMoved AgreementSigned CertificateChecked CertificateEnding ChildLooked KeyRevoked LinkIssued
        LogChecked LogExported LogSearched OnboardingMoved PartnerConfirmed PartnerRecorded PasskeyAdded PasskeyRemoved
        PersonAdded PersonConfirmed PersonEnding PersonStopped QueuePaused QueueResumed RetentionDestroyed SampleAudited
        SessionEnded SignedIn TaskDone UploadRefused
        """,
}
OWNERS: Mapping[str, Whole] = MappingProxyType({one: whole for whole, names in _OF.items() for one in names.split()})
"""The whole of each kind of fact that commits to something."""

OF_ITS_SOURCE = frozenset({"RetentionStarted", "RetentionHeld", "RetentionFreed"})
"""What is said of a clock belongs to whatever the clock is of."""


def belongs(fact: str, whole: Whole) -> bool:
    """Whether a line of this kind, found by what a whole is found by, is its own."""
    return fact in OF_ITS_SOURCE or OWNERS.get(fact) is whole


def year_of(fact: str, home: str, at: str) -> str | None:
    """The id of the year that a line belongs to, by its home and its time as a line says it; None where it is of
    something else.
    """
    return f"y-{at[:4]}-{home}" if OWNERS.get(fact) is Whole.YEAR else None
