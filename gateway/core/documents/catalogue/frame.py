"""What can be wrong with any file before its contents are looked at: bytes, zip, schema."""

from collections.abc import Mapping

from gateway.core.documents.catalogue.rule import AGAIN, ERROR, MEND, QUERY, SUPPLIER, Rule

XML: Mapping[str, Rule] = {
    "XML-001": Rule(
        ERROR,
        "The file is larger than the gateway reads.",
        "Send fewer pupils in one file.",
        "limit",
        fires="recipe a file of more than 20 MB",
        quiet="of ctf",
    ),
    "XML-002": Rule(
        ERROR,
        "The file holds a DTD, an entity or a processing instruction.",
        SUPPLIER,
        "reliability §2.3",
        fires="top <!DOCTYPE CTfile>",
        quiet="top <!-- a comment -->",
    ),
    "XML-003": Rule(
        ERROR,
        "The file is nested too deep, or one text in it is too long.",
        SUPPLIER,
        "reliability §2.3",
        fires="recipe one text of 70,000 characters",
        quiet="recipe one text of 60,000 characters",
    ),
    "XML-004": Rule(
        ERROR,
        "The file declares a namespace that is relative, or too many.",
        SUPPLIER,
        "C14N 1.0 §1.3",
        fires='text <CTfile> => <CTfile xmlns:x="relative">',
        quiet='text <CTfile> => <CTfile xmlns:x="urn:x">',
    ),
    "XML-005": Rule(
        ERROR,
        "From this line on the file cannot be read: it was cut short, or edited by hand.",
        AGAIN,
        "XML 1.0",
        fires="text </CTfile> =>",
        quiet="of ctf",
    ),
    "XML-006": Rule(
        ERROR,
        "The file is not in the encoding that it declares, or not in UTF-8 or UTF-16.",
        AGAIN,
        "ctf §3.1",
        fires='text encoding="UTF-8" => encoding="ISO-8859-1"',
        quiet='text encoding="UTF-8" => encoding="utf-8"',
    ),
    "XML-007": Rule(
        ERROR,
        "The file is not XML 1.0.",
        SUPPLIER,
        "ctf §3.1",
        fires='text version="1.0" => version="1.1"',
        quiet="of ctf",
    ),
    "XML-008": Rule(
        ERROR,
        "There are more findings than are shown here.",
        "Mend these first.",
        "limit",
        fires="recipe more than 5,000 findings & also XSD-002",
        quiet="recipe 5,000 findings & also XSD-002",
    ),
    "XML-009": Rule(
        ERROR,
        "The file is empty.",
        AGAIN,
        "screens §4.5",
        fires="recipe an empty file",
        quiet="of ctf",
    ),
}

XSD: Mapping[str, Rule] = {
    "XSD-001": Rule(ERROR, "{name} is missing.", MEND, "schema", fires="Surname -", quiet="of ctf"),
    "XSD-002": Rule(
        ERROR,
        "The format does not know {name} in this place.",
        SUPPLIER,
        "schema",
        fires="DOB + <Nickname>Quill</Nickname>",
        quiet="of ctf",
    ),
    "XSD-003": Rule(
        ERROR,
        "{name} stands too often or in the wrong order.",
        SUPPLIER,
        "schema",
        fires="DOB + <DOB>2015-03-02</DOB>",
        quiet="of ctf",
    ),
    "XSD-004": Rule(
        ERROR,
        "{name} is not written as the format asks.",
        MEND,
        "schema",
        fires="DOB = 2015-02-30",
        quiet="DOB = 2015-02-28",
    ),
    "XSD-005": Rule(
        ERROR, "{name} is not one of the codes of the format.", MEND, "schema", fires="Sex = X", quiet="Sex = U"
    ),
    "XSD-006": Rule(
        ERROR, "{name} is empty, too short or too long.", MEND, "schema", fires="Surname =", quiet="Surname = Q"
    ),
    "XSD-007": Rule(
        ERROR,
        "{name} carries an attribute that the format does not know.",
        SUPPLIER,
        "schema",
        fires='text <Pupil> => <Pupil id="1">',
        quiet="of ctf",
    ),
    "XSD-008": Rule(
        ERROR,
        "{name} holds text or elements where they do not belong.",
        SUPPLIER,
        "schema",
        fires="text <Pupil> => <Pupil>words",
        quiet="of ctf",
    ),
    "XSD-009": Rule(
        ERROR,
        "At {name} something is missing, not known or in the wrong order.",
        SUPPLIER,
        "schema",
        fires="recipe more faults than are explained & also XSD-003",
        quiet="of ctf",
    ),
    "XSD-010": Rule(
        ERROR,
        "{name} holds far more than one child's record can.",
        SUPPLIER,
        "limit",
        fires="recipe a record of more than 5,000 elements",
        quiet="of ctf",
    ),
    "XSD-011": Rule(
        ERROR, "The file holds no {name}.", AGAIN, "schema", fires="Pupil[2] - & Pupil -", quiet="Pupil[2] -"
    ),
    "XSD-012": Rule(
        QUERY,
        "{name} is blank.",
        "Leave the element out when there is nothing to say.",
        "ctf §3.1",
        fires="Email =",
        quiet="Email -",
    ),
}
