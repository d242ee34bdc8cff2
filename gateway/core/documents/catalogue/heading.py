"""What can be wrong with the name of a file and with its header."""

from collections.abc import Mapping

from gateway.core.documents.catalogue.rule import AGAIN, ERROR, QUERY, SUPPLIER, Rule

UPDATE = "Ask the supplier of your system for the current version. The file is read all the same."

NAME: Mapping[str, Rule] = {
    "NAME-001": Rule(
        ERROR,
        "The name of the file is not that of a transfer file.",
        "Do not rename the file. A name looks like 8864321_CTF_8871234_001.xml.",
        "ctf §2",
        fires="name = export.xml",
        quiet="name = 8811234_CTF_2053000_001.xml",
    ),
    "NAME-002": Rule(
        QUERY,
        "A browser has added a number in brackets to the name of the file, or Windows the word Copy.",
        "Check that this is the newest export; other systems refuse such a name.",
        "ctf §2",
        fires="name = 8811234_CTF_2053000_001 (1).xml",
        quiet="name = 8811234_CTF_2053000_001.xml",
    ),
    "NAME-003": Rule(
        QUERY,
        "The extension of the file is not in small letters.",
        "Name it .xml.",
        "ctf §2",
        fires="name = 8811234_CTF_2053000_001.XML",
        quiet="name = 8811234_CTF_2053000_001.xml",
    ),
    "NAME-004": Rule(
        ERROR,
        "The name of the file and its header say different sources.",
        AGAIN,
        "ctf §2",
        fires="name = 8811235_CTF_2053000_001.xml",
        quiet="name = 8811234_CTF_2053000_002.xml",
    ),
    "NAME-006": Rule(
        QUERY,
        "Something stands before the name of the file, as a mail program or school2school puts it there.",
        "Check that this is the file you mean; other systems refuse such a name.",
        "ctf §2",
        fires="name = FW_ 8811234_CTF_2053000_001.xml",
        quiet="name = 8811234_CTF_2053000_001.xml",
    ),
    "NAME-005": Rule(
        ERROR,
        "The name of the file and its header say different destinations.",
        AGAIN,
        "ctf §2",
        fires="name = 8811234_CTF_205LLLL_001.xml",
        quiet="name = 8811234_CTF_2053000_999.xml",
    ),
}

HEAD: Mapping[str, Rule] = {
    "HEAD-001": Rule(
        ERROR,
        "The document name in the header is not that of this format.",
        SUPPLIER,
        "ctf §3.3",
        fires="Header/DocumentName = Admissions Data Transfer File",
        quiet="Header/DocumentName = Common Transfer File",
    ),
    "HEAD-002": Rule(
        ERROR,
        "The date and time in the header cannot be read.",
        SUPPLIER,
        "ctf §3.3",
        fires="Header/DateTime = 2026-10-06T24:00:00",
        quiet="Header/DateTime = 2026-10-06T23:59:59",
    ),
    "HEAD-003": Rule(
        QUERY,
        "The date and time in the header carry a zone.",
        SUPPLIER,
        "ctf §3.1",
        fires="Header/DateTime = 2026-10-06T09:15:00Z",
        quiet="Header/DateTime = 2026-10-06T09:15:00.123",
    ),
    "HEAD-004": Rule(
        QUERY,
        "The academic year in the header is not that of the day on which the file was made.",
        "Check the current academic year in your system. In August either year will do.",
        "ctf §1.2",
        fires="Header/SourceSchool/AcademicYear = 2025",
        quiet="Header/SourceSchool/AcademicYear = 2026",
    ),
    "HEAD-005": Rule(
        ERROR,
        "The source in the header is neither a school nor an authority.",
        "Check the LEA and the establishment number of your own school in your system.",
        "ctf §2",
        fires="Header/SourceSchool/Estab = XXXX & also NAME-001",
        quiet="Header/SourceSchool/Estab = LLLL",
    ),
    "HEAD-006": Rule(
        ERROR,
        "The destination in the header is neither a school, an authority, XXX XXXX nor MMM MMMM.",
        "Choose the destination again: XXX XXXX when it is not known, MMM MMMM outside the maintained sector.",
        "ctf §2",
        fires="Header/DestSchool/Estab = XXXX & also NAME-001",
        quiet="Header/DestSchool/LEA = XXX & Header/DestSchool/Estab = XXXX & Pupil[2] -",
    ),
    "HEAD-007": Rule(
        ERROR,
        "A file whose destination is not known holds more than one pupil.",
        "Send one file for each pupil whose destination is not known.",
        "ctf §2; law §1.4 P05",
        fires="Header/DestSchool/LEA = XXX & Header/DestSchool/Estab = XXXX",
        quiet="Header/DestSchool/LEA = MMM & Header/DestSchool/Estab = MMMM",
    ),
    "HEAD-008": Rule(
        ERROR,
        "The notice is addressed to the council that sends it.",
        "Name the other council.",
        "law §4.5",
        fires="of notice & Header/To/LEA = 886 & BelievedAddress/PostCode -",
        quiet="of notice & Header/To/LEA = 887",
    ),
    "HEAD-009": Rule(
        ERROR,
        "A return of leavers or joiners is not addressed to a council.",
        "Choose your own council as the destination: its number followed by LLLL.",
        "SI 2024/208 reg 13; ctf §7",
        fires="of cml & Header/DestSchool/LEA = 205 & Header/DestSchool/Estab = 3000",
        quiet="of cml",
    ),
    "HEAD-010": Rule(
        QUERY,
        "The document name in the header is not one that returns are known to have.",
        "Tell your council which system the file comes from; the return is read all the same.",
        "ctf §7",
        fires="of cml & Header/DocumentName = CME Leavers",
        quiet="of cml & Header/DocumentName = Common Transfer File",
    ),
    "HEAD-011": Rule(
        QUERY,
        "The return is addressed to another council than the one in whose area the school is.",
        "A return is owed to the school's own council. Choose it as the destination, or say why it goes elsewhere.",
        "SI 2024/208 reg 13; law §4.2",
        fires="of cml & Header/DestSchool/LEA = 205",
        quiet="of cml",
    ),
}

VERSION: Mapping[str, Rule] = {
    "VER-001": Rule(
        QUERY,
        "The file is in an older version than other systems may still read.",
        UPDATE,
        "ctf §1.2",
        fires="of ctf 19.0 & text 2019-10-06T => 2022-10-06T & text Year>2019 => Year>2022 & also LATE-003",
        quiet="of ctf 19.0 & text 2019-10-06T => 2021-10-06T & text Year>2019 => Year>2021 & also LATE-003",
    ),
    "VER-002": Rule(
        QUERY,
        "The file is in an old version of the format.",
        UPDATE,
        "ctf §1.2",
        fires="of ctf 17.0",
        quiet="of ctf 19.0",
    ),
    "VER-003": Rule(
        QUERY,
        "The version of the file was not yet in use on the day on which the file says it was made.",
        "Check the date of your system. The file is read all the same.",
        "ctf §1.2",
        fires="Header/DateTime = 2026-07-31T09:15:00 & Header/SourceSchool/AcademicYear = 2025 & also DATE-008",
        quiet="Header/DateTime = 2026-08-01T09:15:00 & also DATE-008",
    ),
}
