"""What can be wrong with the name of a file and with its header."""

from collections.abc import Mapping

from gateway.core.documents.catalogue.rule import AGAIN, ERROR, QUERY, SUPPLIER, Rule

NAME: Mapping[str, Rule] = {
    "NAME-001": Rule(
        ERROR,
        "The name of the file is not that of a transfer file.",
        "Do not rename the file. A name looks like 8864321_CTF_8871234_001.xml.",
        "ctf §2",
    ),
    "NAME-002": Rule(
        QUERY,
        "A browser has added a number in brackets to the name of the file, or Windows the word Copy.",
        "Check that this is the newest export; other systems refuse such a name.",
        "ctf §2",
    ),
    "NAME-003": Rule(QUERY, "The extension of the file is not in small letters.", "Name it .xml.", "ctf §2"),
    "NAME-006": Rule(
        QUERY,
        "Something stands before the name of the file, as a mail program or school2school puts it there.",
        "Check that this is the file you mean; other systems refuse such a name.",
        "ctf §2",
    ),
    "NAME-004": Rule(ERROR, "The name of the file and its header say different sources.", AGAIN, "ctf §2"),
    "NAME-005": Rule(ERROR, "The name of the file and its header say different destinations.", AGAIN, "ctf §2"),
}

HEAD: Mapping[str, Rule] = {
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
