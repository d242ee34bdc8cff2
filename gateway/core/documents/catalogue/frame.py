"""What can be wrong with any file before its contents are looked at: bytes, zip, schema."""

from collections.abc import Mapping

from gateway.core.documents.catalogue.rule import AGAIN, ERROR, MEND, QUERY, SUPPLIER, Rule

XML: Mapping[str, Rule] = {
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
}

XSD: Mapping[str, Rule] = {
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
