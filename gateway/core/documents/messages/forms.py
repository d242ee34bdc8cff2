"""Which value stands for which kind of message: the one table of the family."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.core.documents.messages import about, casework, deleting, enclosing, handover, tracing
from gateway.core.terms import Kind

VERSION = "1.0"
"""The version that is written: the lowest that says all there is to say, so that every 1.x reads it."""

Message = (
    tracing.Notice
    | tracing.Enquiry
    | tracing.Reply
    | handover.Transfer
    | handover.TransferAnswer
    | handover.Closure
    | handover.JointLog
    | handover.Request
    | about.Acknowledgement
    | about.RefusalMessage
    | about.Recall
    | about.RecallAnswer
    | about.Breach
    | about.Rights
    | casework.Referral
    | casework.Check
    | casework.CheckAnswer
    | casework.Absence
    | casework.Casefile
    | deleting.Deletion
    | enclosing.Enclosure
)


@dataclass(frozen=True, slots=True)
class Form:
    """The value of a whole message and that of one of its records."""

    message: type[Message]
    record: type


FORMS: Mapping[Kind, Form] = MappingProxyType(
    {
        Kind.NOTICE: Form(tracing.Notice, tracing.Missing),
        Kind.ENQUIRY: Form(tracing.Enquiry, tracing.Sought),
        Kind.REPLY: Form(tracing.Reply, tracing.Found),
        Kind.TRANSFER: Form(handover.Transfer, handover.Moving),
        Kind.TRANSFER_ANSWER: Form(handover.TransferAnswer, handover.Answered),
        Kind.CLOSURE: Form(handover.Closure, handover.Closed),
        Kind.JOINT_LOG: Form(handover.JointLog, handover.Logged),
        Kind.REQUEST: Form(handover.Request, handover.Owed),
        Kind.ACKNOWLEDGEMENT: Form(about.Acknowledgement, about.Opened),
        Kind.REFUSAL: Form(about.RefusalMessage, about.Refused),
        Kind.RECALL: Form(about.Recall, about.Recalled),
        Kind.RECALL_ANSWER: Form(about.RecallAnswer, about.Returned),
        Kind.BREACH: Form(about.Breach, about.Lost),
        Kind.RIGHTS: Form(about.Rights, about.Concerned),
        Kind.REFERRAL: Form(casework.Referral, casework.Referred),
        Kind.CHECK: Form(casework.Check, casework.Checked),
        Kind.CHECK_ANSWER: Form(casework.CheckAnswer, casework.Result),
        Kind.ABSENCE: Form(casework.Absence, casework.Absent),
        Kind.CASEFILE: Form(casework.Casefile, casework.Filed),
        Kind.DELETION: Form(deleting.Deletion, deleting.Deleted),
        Kind.ENCLOSURE: Form(enclosing.Enclosure, enclosing.About),
    }
)

_KIND_OF: Mapping[type, Kind] = MappingProxyType({form.message: kind for kind, form in FORMS.items()})


def kind_of(message: Message) -> Kind:
    return _KIND_OF[type(message)]
