"""What is wrong with a file."""

from collections.abc import Mapping

from gateway.core.errors.codes import Code
from gateway.core.errors.words import Help

HELP: Mapping[Code, Help] = {
    Code.NOT_A_FILE_WE_KNOW: Help(
        "This is not a file that the gateway reads.",
        "Export a Common Transfer File (.xml) from your management information system and send that file, "
        "or fill in a template from the upload page.",
    ),
    Code.FILE_NAME: Help(
        "The name of the file is not that of a transfer file.",
        "Export the file again and do not rename it. A name looks like 8864321_CTF_8871234_001.xml.",
    ),
    Code.TOO_LARGE: Help(
        "The file is larger than the gateway accepts.",
        "Send fewer pupils in one file: at most 5,000 pupils and 20 MB.",
    ),
    Code.ENCODING: Help(
        "The file is not written in UTF-8 or UTF-16.",
        "Export it again as it comes from your system; do not open and save it in another program.",
    ),
    Code.NOT_XML: Help(
        "The file is not complete, well-formed XML.",
        "It was probably cut short or edited by hand. Export it again and send it unopened.",
    ),
    Code.UNSAFE_XML: Help(
        "The file holds something a transfer file never needs, such as a DTD, and was not opened.",
        "Export it again from your system. If it comes out the same, call your supplier.",
    ),
    Code.UNSAFE_ZIP: Help(
        "The zip file could not be opened safely.",
        "Send the files themselves, or a plain zip of them without a password.",
    ),
    Code.SHEET: Help(
        "The spreadsheet cannot be taken as it is, so nothing of it was kept.",
        "Mend what is listed, save the sheet and send it again. The templates are on the upload page.",
    ),
    Code.WRONG_KIND: Help(
        "The file is XML, but of a kind the gateway does not read.",
        "Check that you chose the Common Transfer File export.",
    ),
    Code.WRONG_VERSION: Help(
        "The file is in a version of the format that the gateway does not read.",
        "Update your system, or choose a newer version in its export, and export again.",
    ),
    Code.FINDINGS: Help(
        "The file has errors, so nothing of it was kept or sent.",
        "Mend each error listed in your system, export again and send the new file.",
    ),
    Code.CUT_SHORT: Help(
        "The file did not arrive whole, so nothing of it was kept.",
        "Send it again.",
        400,
    ),
    Code.NOT_YOUR_FILE: Help(
        "The file says that it comes from another school.",
        "Send it as the school that the file names as its source.",
        403,
    ),
}
