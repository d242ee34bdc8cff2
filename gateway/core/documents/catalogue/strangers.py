"""What somebody chose that is neither a transfer file nor a sheet: each kind with what to send instead."""

from collections.abc import Mapping

from gateway.core.documents.catalogue.rule import ERROR, Rule

LIST = "If it holds your list of pupils, copy the rows into a template from the upload page, and send that."
CHOSE = "Choose the file that your system exports (.xml), or a template filled in (.csv or .xlsx)."

FILE: Mapping[str, Rule] = {
    "FILE-001": Rule(
        ERROR,
        "This is a Word document, a presentation or another text document.",
        LIST,
        "screens P11",
        fires="name = leavers.docx & recipe a letter",
        quiet="name = leavers.csv & recipe a right sheet",
    ),
    "FILE-002": Rule(
        ERROR,
        "This is a PDF.",
        LIST,
        "screens P11",
        fires="name = leavers.pdf & recipe a PDF",
        quiet="name = leavers.csv & recipe a right sheet",
    ),
    "FILE-003": Rule(
        ERROR,
        "This is a picture.",
        CHOSE,
        "screens P11",
        fires="name = leavers.jpg & recipe a picture",
        quiet="name = leavers.csv & recipe a right sheet",
    ),
    "FILE-004": Rule(
        ERROR,
        "This is an e-mail, not the file that was attached to it.",
        "Open the e-mail, save what is attached to it, and send that.",
        "screens P11",
        fires="name = leavers.eml & recipe an e-mail",
        quiet="name = leavers.csv & recipe a right sheet",
    ),
    "FILE-005": Rule(
        ERROR,
        "The files are packed in a way that the gateway does not open (.rar, .7z or .gz).",
        "Unpack them, and send the files themselves, or zip them with the ordinary command of Windows or your Mac.",
        "screens P1",
        fires="name = leavers.7z & recipe files packed by 7-Zip",
        quiet="name = leavers.csv & recipe a right sheet",
    ),
}
