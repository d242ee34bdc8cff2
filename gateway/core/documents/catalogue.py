"""Every finding the gateway can make: its severity, what it says, how to mend it, and where the rule comes from.

``{name}`` is the name of an element of our own schema, never anything that stood in the file. A code begins with the
kind of the document (CTF or CME), or DOC where the kind is not yet known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.core.errors import Finding, Severity

ERROR, QUERY = Severity.ERROR, Severity.QUERY
AGAIN = "Export the file again from your system and send it unopened."
SUPPLIER = "Export the file again. If it comes out the same, show this to the supplier of your system."
MEND = "Mend it in the pupil's record in your system and export the file again."


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong. ``source`` names the chapter of the reference, law or standard."""

    severity: Severity
    sentence: str
    fix: str
    source: str


def finding(prefix: str, rule: str, *, line: int = 0, path: str = "", pupil: int | None = None) -> Finding:
    """``rule`` as it is told about one place; ``path`` has passed ``shape.known_path``."""
    made = RULES[rule]
    name = path.rsplit("/", 1)[-1].replace("*", "this element")
    return Finding(f"{prefix}-{rule}", made.severity, made.sentence.format(name=name), made.fix, line, path, pupil)


def whole_file(rule: str, line: int = 0) -> Finding:
    """``rule`` about a file whose kind is not yet known."""
    return finding("DOC", rule, line=line)


_XML: Mapping[str, Rule] = {
    "XML-001": Rule(ERROR, "The file is larger than the gateway reads.", "Send fewer pupils in one file.", "limit"),
    "XML-002": Rule(
        ERROR, "The file holds a DTD, an entity or a processing instruction.", SUPPLIER, "reliability §2.3"
    ),
    "XML-003": Rule(ERROR, "The file is nested too deep, or one text in it is too long.", SUPPLIER, "reliability §2.3"),
    "XML-004": Rule(ERROR, "The file declares a namespace that is relative, or too many.", SUPPLIER, "C14N 1.0 §1.3"),
    "XML-005": Rule(ERROR, "From this line on the file is not well-formed XML.", AGAIN, "XML 1.0"),
    "XML-006": Rule(
        ERROR, "The file is not in the encoding that it declares, or not in UTF-8 or UTF-16.", AGAIN, "ctf §3.1"
    ),
    "XML-007": Rule(ERROR, "The file is not XML 1.0.", SUPPLIER, "ctf §3.1"),
    "XML-008": Rule(ERROR, "There are more findings than are shown here.", "Mend these first.", "limit"),
    "ZIP-001": Rule(ERROR, "The zip file is not a plain one.", "Send the .xml file itself.", "reliability §2.3 row 10"),
}

_XSD: Mapping[str, Rule] = {
    "XSD-001": Rule(ERROR, "{name} is missing.", MEND, "schema"),
    "XSD-002": Rule(ERROR, "The format does not know {name} in this place.", SUPPLIER, "schema"),
    "XSD-003": Rule(ERROR, "{name} stands too often or in the wrong order.", SUPPLIER, "schema"),
    "XSD-004": Rule(ERROR, "{name} is not written as the format asks.", MEND, "schema"),
    "XSD-005": Rule(ERROR, "{name} is not one of the codes of the format.", MEND, "schema"),
    "XSD-006": Rule(ERROR, "{name} is empty, too short or too long.", MEND, "schema"),
    "XSD-007": Rule(ERROR, "{name} carries an attribute that the format does not know.", SUPPLIER, "schema"),
    "XSD-008": Rule(ERROR, "{name} holds text or elements where they do not belong.", SUPPLIER, "schema"),
    "XSD-009": Rule(ERROR, "At {name} something is missing, not known or in the wrong order.", SUPPLIER, "schema"),
    "XSD-010": Rule(ERROR, "{name} holds far more than one child's record can.", SUPPLIER, "limit"),
    "XSD-011": Rule(ERROR, "The file holds no {name}.", AGAIN, "schema"),
    "XSD-012": Rule(QUERY, "{name} is blank.", "Leave the element out when there is nothing to say.", "ctf §3.1"),
}

_NAME: Mapping[str, Rule] = {
    "NAME-001": Rule(
        ERROR,
        "The name of the file is not that of a transfer file.",
        "Do not rename the file. A name looks like 8864321_CTF_8871234_001.xml.",
        "ctf §2",
    ),
    "NAME-002": Rule(
        QUERY,
        "A browser has added a number in brackets to the name of the file.",
        "Check that this is the newest export; other systems refuse such a name.",
        "ctf §2",
    ),
    "NAME-003": Rule(QUERY, "The extension of the file is not in small letters.", "Name it .xml.", "ctf §2"),
    "NAME-004": Rule(ERROR, "The name of the file and its header say different sources.", AGAIN, "ctf §2"),
    "NAME-005": Rule(ERROR, "The name of the file and its header say different destinations.", AGAIN, "ctf §2"),
}

_HEAD: Mapping[str, Rule] = {
    "HEAD-001": Rule(ERROR, "The document name in the header is not that of this format.", SUPPLIER, "ctf §3.3"),
    "HEAD-002": Rule(ERROR, "The date and time in the header cannot be read.", SUPPLIER, "ctf §3.3"),
    "HEAD-003": Rule(QUERY, "The date and time in the header carry a zone.", SUPPLIER, "ctf §3.1"),
    "HEAD-004": Rule(
        QUERY,
        "The academic year in the header is not that of the day on which the file was made.",
        "Check the current academic year in your system. In August either year will do.",
        "ctf §1.2",
    ),
    "HEAD-005": Rule(
        ERROR,
        "The source in the header is neither a school nor an authority.",
        "Check the LEA and the establishment number of your own school in your system.",
        "ctf §2",
    ),
    "HEAD-006": Rule(
        ERROR,
        "The destination in the header is neither a school, an authority, XXX XXXX nor MMM MMMM.",
        "Choose the destination again: XXX XXXX when it is not known, MMM MMMM outside the maintained sector.",
        "ctf §2",
    ),
    "HEAD-007": Rule(
        ERROR,
        "A file whose destination is not known holds more than one pupil.",
        "Send one file for each pupil whose destination is not known.",
        "ctf §2; law §1.4 P05",
    ),
    "HEAD-008": Rule(
        ERROR, "The notice is addressed to the council that sends it.", "Name the other council.", "law §4.5"
    ),
}

_PUPIL: Mapping[str, Rule] = {
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
}

RULES: Mapping[str, Rule] = MappingProxyType({**_XML, **_XSD, **_NAME, **_HEAD, **_PUPIL})
