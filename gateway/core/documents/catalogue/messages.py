"""What can be wrong with a message between councils that fits its schema."""

from collections.abc import Mapping

from gateway.core.documents.catalogue.rule import ERROR, QUERY, Rule

MESSAGE: Mapping[str, Rule] = {
    "MSG-001": Rule(
        QUERY,
        "The message is of a newer version than this gateway knows, and what that version adds is not read.",
        "Ask whoever runs the gateway for the newer schema, or the sender what it adds.",
        "schemas/notice/README.md",
    ),
    "MSG-002": Rule(
        ERROR, "It does not say which message is meant.", "Give the disclosure id or the message id.", "issue 4"
    ),
    "MSG-003": Rule(
        QUERY,
        "A stop flag stands, and the cover does not ask the receiver to call before acting.",
        "Add the cover: what to ask before, and the number to call.",
        "law §1.7",
    ),
    "MSG-004": Rule(
        ERROR, "The day by which an answer is asked is before the message.", "Give a later day.", "law §4.4"
    ),
    "MSG-005": Rule(ERROR, "The time is after the message that tells of it.", "Give the right time.", "law §3.3"),
    "IDN-001": Rule(
        ERROR,
        "A part of the identity is said to be unknown and stands there all the same.",
        "Take it out, or do not list it as unknown; list it as about when it is uncertain.",
        "ctf §5.8; law §4.5",
    ),
    "IDN-002": Rule(
        ERROR,
        "Nothing says who the child is: no number, no name, no other name and no concern in words.",
        "Give whatever is known, if only a forename or another name.",
        "law §4.5",
    ),
    "IDN-003": Rule(
        QUERY,
        "A part of the identity is said to be about and does not stand there.",
        "Give it, or do not list it.",
        "law §4.5",
    ),
    "GRD-001": Rule(
        ERROR,
        "A reply of grade 3 or 4 is asked for without a reason.",
        "Say why that much is needed.",
        "law §1.4 P07",
    ),
    "GRD-002": Rule(
        ERROR,
        "The reply holds more than its grade allows.",
        "Take it out, or answer in the higher grade.",
        "law §1.4 P07",
    ),
    "GRD-003": Rule(
        ERROR,
        "The reply does not hold what its grade promises.",
        "Grade 0 lists the systems searched, the spellings tried and the day; 1 says known or not; 2 names the school; "
        "3 gives contact details; 4 names who is involved.",
        "law §1.4 P07",
    ),
    "GRD-004": Rule(
        ERROR,
        "A stop flag stands, and a reply of grade 0 to 3 gives an address.",
        "Take the address out. Ask the caller to telephone.",
        "law §1.7",
    ),
    "LAW-001": Rule(
        ERROR,
        "The request goes to a school and does not say that the data is needed for the council's public task.",
        "Add NeededFor with its sentence: without it an independent school may not answer.",
        "law §1.4 P08; UK GDPR Annex 1 para 1",
    ),
    "LAW-002": Rule(
        ERROR,
        "The NHS is asked and it is not said why that is necessary.",
        "Say in Necessity why this child has to be traced.",
        "law §1.4 P10",
    ),
    "TRF-001": Rule(
        ERROR,
        "The transfer is accepted without a day, or refused without a reason.",
        "Give the day from which your council is responsible, or choose a reason.",
        "law §4.4",
    ),
    "CLO-001": Rule(
        ERROR,
        "The closure does not say how the case ended, when, and what shows it.",
        "Give the outcome, the day and at least one piece of evidence.",
        "law §4.4",
    ),
    "CLO-002": Rule(
        QUERY, "The child is said to be in education and no school is named.", "Name the school.", "law §4.4"
    ),
    "LOG-001": Rule(
        QUERY,
        "The joint enquiries show steps of one side only.",
        "Add the steps of the other side: grounds H and I need both.",
        "law §4.3, §4.4",
    ),
    "ACK-001": Rule(
        ERROR,
        "The acknowledgement does not say in which role and when a person opened the message.",
        "Give the role and the time. A machine's receipt is sent by itself.",
        "law §3.1",
    ),
    "RFS-001": Rule(ERROR, "The message is refused without a reason.", "Choose a reason of the list.", "law §3.3"),
    "RCL-001": Rule(ERROR, "The recall gives no reason.", "Choose a reason of the list.", "law §3.3"),
    "RCA-001": Rule(
        ERROR,
        "The answer to the recall does not say what became of the message, or why it was kept.",
        "Choose an outcome; a message that was kept or shared on needs a reason.",
        "law §3.3",
    ),
    "BRE-001": Rule(
        QUERY,
        "More than 72 hours have passed since the breach was known and the Commissioner has not been told.",
        "Tell the Commissioner, or say why there is no risk.",
        "law §3.3; UK GDPR Art 33",
    ),
    "RGT-001": Rule(
        ERROR,
        "The notice does not hold what this right needs.",
        "A rectification needs one item and what is right, an addendum its text, a restriction its first day.",
        "law §3.3; UK GDPR Art 19",
    ),
    "RGT-002": Rule(
        ERROR, "The notice holds a part that belongs to another right.", "Send one notice for each right.", "law §3.3"
    ),
    "REF-001": Rule(
        ERROR,
        "The referrer is anonymous and is named all the same.",
        "Take the name, the numbers and the addresses out.",
        "law §1.4 P32",
    ),
    "REF-002": Rule(QUERY, "A change of details does not say what has changed.", "Add the new details.", "issue 4"),
    "CHK-001": Rule(
        ERROR,
        "There is no answer, or one that is not among the listed answers to this question.",
        "Choose from the list of this question.",
        "law §1.4 P10, P25, P26",
    ),
    "CHK-002": Rule(
        ERROR,
        "The answer holds a day or an area that this question does not ask for.",
        "Council tax tells days of liability, a GP registration the area and the last contact; nothing else.",
        "law §1.4 P10, P25",
    ),
    "CHK-003": Rule(QUERY, "An address is to be checked and none is given.", "Give the address.", "law §1.4 P25"),
    "ABS-001": Rule(ERROR, "The return does not say of which kind it is, or since when.", "Give both.", "law §1.4 P03"),
    "ABS-002": Rule(
        QUERY,
        "The absence is shorter than this return asks for.",
        "Ten school days without leave, fifteen of sickness: check the number, or send it as irregular.",
        "law §1.4 P03",
    ),
    "CAS-001": Rule(
        ERROR,
        "The record does not hold what the file is about, or holds another matter too.",
        "Send one file for each matter.",
        "law §1.4 P14, P15, P17, P20",
    ),
}
