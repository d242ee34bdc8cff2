"""What can be wrong with a zip file, each cause with its own way to mend it."""

from collections.abc import Mapping

from gateway.core.documents.catalogue.rule import ERROR, Rule

ZIP: Mapping[str, Rule] = {
    "ZIP-001": Rule(
        ERROR,
        "The zip file is damaged, or made in a way that nobody can check.",
        "Make the zip again with the ordinary command of Windows or your Mac, or send the files themselves.",
        "reliability §2.3 row 10",
        fires="name = files.zip & recipe a zip with a wrong checksum",
        quiet="name = files.zip & recipe a plain zip file",
    ),
    "ZIP-002": Rule(
        ERROR,
        "A file in the zip is protected by a password.",
        "Zip it again without a password. The gateway encrypts what it sends by itself.",
        "reliability §2.3 row 10",
        fires="name = files.zip & recipe a zip with a password",
        quiet="name = files.zip & recipe a plain zip file",
    ),
    "ZIP-003": Rule(
        ERROR,
        "There is another zip file inside the zip.",
        "Take the files out of the inner zip and send them together in one zip.",
        "reliability §2.3 row 10",
        fires="name = files.zip & recipe a zip in a zip",
        quiet="name = files.zip & recipe a plain zip file",
    ),
    "ZIP-004": Rule(
        ERROR,
        "Two files in the zip have the same name, so nobody can tell which one is meant.",
        "Make the zip again from a new, empty folder.",
        "reliability §2.3 row 10",
        fires="name = files.zip & recipe a zip with one name twice",
        quiet="name = files.zip & recipe a plain zip file",
    ),
    "ZIP-005": Rule(
        ERROR,
        "The zip holds more than 1,000 files.",
        "Send fewer files in one zip.",
        "limit",
        fires="name = files.zip & recipe a zip of 1,001 files",
        quiet="name = files.zip & recipe a plain zip file",
    ),
    "ZIP-006": Rule(
        ERROR,
        "The zip unpacks to far more than transfer files ever need.",
        "Send fewer files in one zip, at most 20 MB each and 60 MB in all. If it is small, make it again.",
        "reliability §2.3 row 10",
        fires="name = files.zip & recipe a zip bomb",
        quiet="name = files.zip & recipe a plain zip file",
    ),
    "ZIP-007": Rule(
        ERROR,
        "A name in the zip leads out of the zip, to another folder or drive.",
        "Make the zip again from the files alone. If you did not make it, do not open it, and tell your IT support.",
        "reliability §2.3 row 10",
        fires="name = files.zip & recipe a zip with a name that slips out",
        quiet="name = files.zip & recipe a plain zip file",
    ),
    "ZIP-008": Rule(
        ERROR,
        "A file in the zip is packed in a way that the gateway does not read.",
        "Zip it with the ordinary command of Windows or your Mac. In WinZip choose legacy compression.",
        "ctf §2",
        fires="name = files.zip & recipe a zip packed by LZMA",
        quiet="name = files.zip & recipe a plain zip file",
    ),
    "ZIP-009": Rule(
        ERROR,
        "There is no file in the zip.",
        "Choose the files again and zip them.",
        "limit",
        fires="name = files.zip & recipe a zip of folders alone",
        quiet="name = files.zip & recipe a plain zip file",
    ),
    "ZIP-010": Rule(
        ERROR,
        "A name in the zip holds characters that no file name should, or is too long.",
        "Name the file as your system named it, and zip it again.",
        "reliability §2.3 row 10",
        fires="name = files.zip & recipe a zip with a hidden name",
        quiet="name = files.zip & recipe a plain zip file",
    ),
    "ZIP-011": Rule(
        ERROR,
        "This file in the zip is neither a transfer file nor one of the gateway's templates.",
        "Leave it out of the zip. The other files in the zip have answers of their own.",
        "ctf §2",
        fires="name = files.zip & recipe a zip with a picture",
        quiet="name = files.zip & recipe a plain zip file",
    ),
    "ZIP-012": Rule(
        ERROR,
        "The zip holds more than 20 spreadsheets.",
        "Send at most 20 in one zip.",
        "limit",
        fires="name = files.zip & recipe a zip of 21 sheets",
        quiet="name = files.zip & recipe a plain zip file",
    ),
}
