"""What can be wrong with one child's record that fits its schema."""

from collections.abc import Mapping

from gateway.core.documents.catalogue.rule import ERROR, MEND, QUERY, Rule

PUPIL: Mapping[str, Rule] = {
    "UPN-001": Rule(ERROR, "The UPN has the wrong check letter.", "Check the UPN in the pupil's record.", "ctf §8.1"),
    "UPN-002": Rule(
        QUERY, "The UPN is a temporary one.", "Ask the last school for the permanent UPN, or give one.", "ctf §8.1"
    ),
    "UPN-003": Rule(
        ERROR,
        "Several pupils in the file have the same UPN.",
        "Find out whose UPN it is and mend the others.",
        "ctf §8.1",
    ),
    "UPN-004": Rule(QUERY, "A former UPN has the wrong check letter.", "Check it, or remove it.", "ctf §8.1"),
    "UPN-005": Rule(QUERY, "A former UPN is the same as the UPN.", "Remove it.", "ctf §4.2"),
    "UPN-006": Rule(
        QUERY, "There is neither a UPN nor a reason why not.", "Give the UPN or a code UN1 to UN10.", "ctf §5.8"
    ),
    "ULN-001": Rule(
        ERROR, "The unique learner number has the wrong check digit.", "Check it, or leave it out.", "ctf §8.2"
    ),
    "DOB-001": Rule(ERROR, "The date of birth is after the day on which the file was made.", MEND, "ctf §4.1"),
    "DOB-002": Rule(QUERY, "By the date of birth the pupil is older than 25.", MEND, "ctf §4.1"),
    "DOB-003": Rule(
        QUERY, "There is no date of birth, not even about.", "Give a date of birth or DOBabout.", "law §4.5"
    ),
    "DATE-001": Rule(ERROR, "The leaving date is before the entry date.", MEND, "ctf §4.12"),
    "DATE-002": Rule(QUERY, "A period ends before it begins.", MEND, "ctf §4.3, §4.6"),
    "DATE-003": Rule(QUERY, "The pupil came to a school before the date of birth.", MEND, "ctf §4.12"),
    "DATE-004": Rule(QUERY, "The date is after the day on which the notice was made.", MEND, "law §4.5"),
    "SCH-001": Rule(
        ERROR,
        "The leaving date for the sending school is missing.",
        "Enter the day on which the pupil left and export the file again; other systems refuse the pupil without it.",
        "ctf §4.12, §10",
    ),
    "SCH-002": Rule(
        QUERY,
        "The school history does not name the sending school.",
        "Check the pupil's admission and leaving dates, and that the school history is exported.",
        "ctf §4.12",
    ),
    "SCH-003": Rule(
        QUERY,
        "The leaving date is missing. That is right only while the pupil is registered at two schools.",
        "Check the enrolment status, or enter the leaving date.",
        "ctf §1.5",
    ),
    "ATT-001": Rule(
        QUERY,
        "The possible sessions are not the sum of attended, authorised and unauthorised ones.",
        "Check the attendance totals of that year.",
        "ctf §4.10",
    ),
    "RISK-001": Rule(
        QUERY,
        "The child is known to be at risk and the notice is routine.",
        "Send it as same-day or immediate, or say why not.",
        "law §4.4",
    ),
    "RES-001": Rule(
        QUERY, "The result of the multiplication check is not one that it can have.", "Check the result.", "ctf §4.11"
    ),
    "FLAG-001": Rule(
        QUERY,
        "A contact is marked as being under a court order.",
        "Tell the council who may not learn where the child is. The mark itself is never passed on.",
        "ctf §4.17; law §1.7",
    ),
    "FLAG-002": Rule(
        QUERY,
        "An address line reads as if the address must be kept secret.",
        "If it must be, telephone the council before the file goes. If not, take the remark out of the address.",
        "law §1.7",
    ),
}
