"""What can be wrong with a spreadsheet that stands for a transfer file. ``{name}`` is the heading of a column."""

from collections.abc import Mapping

from gateway.core.documents.catalogue.rule import ERROR, Rule

TEMPLATE = "Copy your rows into the gateway's template, which you find on the upload page, and send that."
SAVE = "Open it in your spreadsheet program, save it as an Excel workbook (.xlsx) or as CSV UTF-8, and send that."
VALUES = "Select the cells, copy them, and paste them in the same place as values (Paste Special, Values)."
CELL = "Mend the cell in the sheet and send the sheet again."

SHEET: Mapping[str, Rule] = {
    "SHEET-001": Rule(ERROR, "The workbook is damaged, or is no Excel workbook.", SAVE, "ECMA-376"),
    "SHEET-002": Rule(
        ERROR,
        "The workbook is protected by a password.",
        "In Excel choose File, Info, Protect Workbook, Encrypt with Password, empty the password and save it.",
        "issue 4",
    ),
    "SHEET-003": Rule(ERROR, "The workbook is in the format of Excel 97 to 2003 (.xls).", SAVE, "issue 4"),
    "SHEET-004": Rule(ERROR, "The file is an OpenDocument sheet (.ods) or a text document.", SAVE, "issue 4"),
    "SHEET-005": Rule(
        ERROR,
        "The workbook can hold macros, so it was not opened.",
        "Save it as an Excel workbook (.xlsx, not .xlsm), which drops the macros, and send that.",
        "issue 4",
    ),
    "SHEET-006": Rule(ERROR, "A cell in this row holds a formula.", VALUES, "issue 4"),
    "SHEET-007": Rule(
        ERROR, "The workbook is linked to other files, or has other files or objects inside.", TEMPLATE, "issue 4"
    ),
    "SHEET-008": Rule(
        ERROR,
        "More than one sheet of the workbook has something in it.",
        "Keep one list in one workbook: move the others to workbooks of their own, and send each.",
        "issue 4",
    ),
    "SHEET-009": Rule(
        ERROR,
        "The sheet has more than 5,000 rows, 200 columns, or 999 pupils whose destination is not known.",
        "Send it in several sheets. If it looks shorter, delete the empty rows and columns behind your list.",
        "limit",
    ),
    "SHEET-010": Rule(
        ERROR,
        "This row or one of its cells is hidden, by a filter or by hand.",
        "Show all rows and columns. Delete the rows that should not be sent.",
        "issue 4",
    ),
    "SHEET-011": Rule(
        ERROR,
        "The CSV file is saved in the Windows character set, in which letters with accents cannot be told for certain.",
        "In Excel choose Save As and the type “CSV UTF-8 (Comma delimited)”, and send that.",
        "issue 4",
    ),
    "SHEET-012": Rule(
        ERROR,
        "From this row on the CSV file cannot be read: a quotation mark is not closed, or a cell has no end.",
        SAVE,
        "RFC 4180",
    ),
    "SHEET-020": Rule(
        ERROR,
        "A column has a heading that the template does not have.",
        "Delete the column, or give it the heading that the template has.",
        "issue 4",
    ),
    "SHEET-021": Rule(ERROR, "The column “{name}” is missing.", TEMPLATE, "issue 4"),
    "SHEET-022": Rule(ERROR, "Two columns have the heading “{name}”.", "Delete one of them.", "issue 4"),
    "SHEET-023": Rule(ERROR, "The first row does not hold the headings of a template.", TEMPLATE, "issue 4"),
    "SHEET-024": Rule(ERROR, "The sheet has no row with a pupil.", "Fill in one row for each pupil.", "issue 4"),
    "SHEET-025": Rule(
        ERROR,
        "“{name}” is not the same in every row.",
        "Write it in the first row alone, or the same in all. Another day or school needs a sheet of its own.",
        "issue 4",
    ),
    "SHEET-026": Rule(
        ERROR, "The name of the file says another school than the sheet.", "Check your school's DfE number.", "ctf §2"
    ),
    "SHEET-030": Rule(
        ERROR,
        "The row has more cells than there are headings, so its cells may stand in the wrong columns.",
        "Delete what stands behind the last heading. In a CSV file, put a text with a comma in quotation marks.",
        "issue 4",
    ),
    "SHEET-031": Rule(ERROR, "“{name}” is missing.", "Fill in the cell and send the sheet again.", "issue 4"),
    "SHEET-032": Rule(ERROR, "“{name}” is not a date.", "Write it like 03/09/2026, with all four figures.", "issue 4"),
    "SHEET-033": Rule(
        ERROR,
        "“{name}” was turned into another number by the spreadsheet program, such as 1.23E+12.",
        "Set the column to the format Text, then type the number again in full.",
        "issue 4",
    ),
    "SHEET-034": Rule(
        ERROR,
        "“{name}” has lost the 0 at its beginning.",
        "Set the column to the format Text, then type the number again with its 0.",
        "issue 4",
    ),
    "SHEET-035": Rule(
        ERROR,
        "“{name}” is not one of the answers that the template offers.",
        "Choose one from the list in the cell, or see the sheet “Answers” of the Excel template.",
        "issue 4",
    ),
    "SHEET-036": Rule(
        ERROR,
        "“{name}” is not a DfE number.",
        "Write all seven figures, such as 8864321: three of the council and four of the school.",
        "ctf §8.5",
    ),
    "SHEET-037": Rule(ERROR, "“{name}” is not a whole number.", CELL, "issue 4"),
    "SHEET-038": Rule(ERROR, "“{name}” is too long or holds characters that cannot be printed.", CELL, "issue 4"),
    "SHEET-039": Rule(
        ERROR,
        "“{name}” is not written like a UPN.",
        "A UPN has a letter, eleven figures, and a figure or a letter. Look it up in the pupil's papers.",
        "ctf §8.1",
    ),
    "SHEET-040": Rule(
        ERROR,
        "The UPN is not known, and a leaver cannot go without one.",
        "Give the pupil a temporary UPN, or send the pupil in the list of children missing education.",
        "ctf §4.1",
    ),
    "SHEET-041": Rule(
        ERROR,
        "“{name}” stands beside the answer that this person lives with the pupil.",
        "Either delete the address, or answer No to “lives with the pupil”.",
        "ctf §4.9",
    ),
    "SHEET-042": Rule(
        ERROR,
        "“{name}” is not a telephone number.",
        "Write figures alone; spaces and a + in front are fine.",
        "ctf §4.8",
    ),
    "SHEET-043": Rule(
        ERROR,
        "“{name}” does not say where the pupil goes.",
        "Write the DfE number of the school, “council”, “not known”, or “outside” for outside maintained schools.",
        "ctf §2",
    ),
    "SHEET-044": Rule(ERROR, "“{name}” is not written as the format asks.", CELL, "issue 4"),
}
