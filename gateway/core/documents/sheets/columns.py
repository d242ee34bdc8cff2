"""The columns of the templates, in one table: what a school reads above a column, and where it stands in the file.

The order is that of the format, so that the table serves the reader, the writer of templates and the way back alike.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from gateway.core.documents.names import FileType
from gateway.core.documents.sheets import answers
from gateway.core.documents.sheets.answers import Answers


class Cell(StrEnum):
    """What a cell of the column holds."""

    TEXT = "text"
    NAME = "name"
    DAY = "day"
    UPN = "upn"
    FORMER_UPN = "former-upn"
    ULN = "uln"
    SCHOOL = "school"
    DESTINATION = "destination"
    COUNCIL = "council"
    COUNT = "count"
    PHONE = "phone"
    POSTCODE = "postcode"
    ANSWER = "answer"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Column:
    """``path`` stands below the pupil: ``[2]`` is the second of its name, ``[own]`` the sending school's own row,
    ``[next]`` that of the school before or after, ``[now]`` the year in which the list is made.

    ``needed``: in every row; ``needed_with``: as soon as another column of its ``group`` is filled in.
    """

    key: str
    heading: str
    path: str
    cell: Cell
    example: str
    answers: Answers = answers.NONE
    needed: bool = False
    group: str = ""
    needed_with: bool = False
    once: bool = False
    """Whether it is about the whole list: said in one row at least, and the same in all."""

    help: str = ""

    @property
    def plain_path(self) -> str:
        """The path without the places in it, as a finding and a schema say it."""
        return "/".join(part.partition("[")[0] for part in self.path.split("/"))


@dataclass(frozen=True, slots=True)
class Fixed:
    """An element that a block must have and nobody is asked for; ``value`` may name what the list says: ``{la}``."""

    path: str
    value: str


Part = Column | Fixed


@dataclass(frozen=True, slots=True)
class Template:
    """One of the lists. ``made`` is its first column; its heading tells the lists apart."""

    name: str
    title: str
    type: FileType
    made: Column
    columns: tuple[Column, ...]
    parts: tuple[Part, ...]


FIRST = "In the first row at least."
SCHOOL = (
    Column("own", "Your school's DfE number", "", Cell.SCHOOL, "8864321", needed=True, once=True, help=FIRST),
    Column(
        "own-name", "Your school's name", "", Cell.NAME, "Larkmere Primary School", needed=True, once=True, help=FIRST
    ),
)
DEST = Column(
    "dest", "Goes to (DfE number)", "", Cell.DESTINATION, "8874123", needed=True,
    help="The new school's DfE number; “council” for your council, “not known”, or “outside” maintained schools.",
)  # fmt: skip

PUPIL: tuple[Part, ...] = (
    Column(
        "upn",
        "UPN",
        "UPN",
        Cell.UPN,
        "Y886432125001",
        needed=True,
        help="13 characters. Where nobody knows it, give the pupil a temporary one.",
    ),
    Column("uln", "ULN", "UniqueLearnerNumber", Cell.ULN, "", help="10 figures, from year 9 on."),
    Column("surname", "Legal surname", "Surname", Cell.NAME, "Example", needed=True),
    Column("forename", "Legal forename", "Forename", Cell.NAME, "Ada", needed=True),
    Column("dob", "Date of birth", "DOB", Cell.DAY, "02/03/2015", needed=True),
    Column("sex", "Sex", "Sex", Cell.ANSWER, "F", answers.SEX, needed=True),
    Column("former-upn", "Former UPN", "BasicDetails/FormerUPN", Cell.FORMER_UPN, ""),
    Column("known-surname", "Preferred surname", "BasicDetails/PreferredSurname", Cell.TEXT, ""),
    Column("known-forename", "Preferred forename", "BasicDetails/PreferredForename", Cell.TEXT, ""),
    Column("former-surname", "Former surname", "BasicDetails/FormerSurname", Cell.TEXT, ""),
    Column("middle", "Middle names", "BasicDetails/MiddleNames", Cell.TEXT, "Grace"),
    Column("year", "Year group", "BasicDetails/NCyearActual", Cell.ANSWER, "6", answers.YEAR),
    Column("ethnicity", "Ethnicity", "BasicDetails/Ethnicity", Cell.ANSWER, "WBRI", answers.ETHNICITY),
    Fixed("BasicDetails/Languages/Type/LanguageType", "F"),
    Column("language", "First language", "BasicDetails/Languages/Type/Language", Cell.ANSWER, "ENG", answers.LANGUAGE),
    Column("enrolment", "Enrolment", "BasicDetails/EnrolStatus", Cell.ANSWER, "C", answers.ENROLMENT),
    Column(
        "in-care", "In care", "LookedAfter/InCare", Cell.ANSWER, "No", answers.YES_NO, group="in-care", needed_with=True
    ),
    Column(
        "carer-council",
        "Council that cares (three figures)",
        "LookedAfter/CareAuthority",
        Cell.COUNCIL,
        "",
        group="in-care",
    ),
    Column("sen-from", "SEN since", "SENhistory/SEN/StartDate", Cell.DAY, "", group="sen", needed_with=True),
    Column(
        "sen",
        "SEN provision",
        "SENhistory/SEN/SENprovision",
        Cell.ANSWER,
        "",
        answers.SEN,
        group="sen",
        needed_with=True,
    ),
    Fixed("SENhistory/SENneeds/SENneed/SENtypeRank", "1"),
    Column(
        "sen-need", "SEN type", "SENhistory/SENneeds/SENneed/SENtype", Cell.ANSWER, "", answers.SEN_TYPE, group="sen"
    ),
    Column("line-1", "Address line 1", "Address/AddressLines/AddressLine1", Cell.TEXT, "1 Example Road", needed=True),
    Column("line-2", "Address line 2", "Address/AddressLines/AddressLine2", Cell.TEXT, ""),
    Column("line-3", "Address line 3", "Address/AddressLines/AddressLine3", Cell.TEXT, "Example Town"),
    Column("line-4", "Address line 4", "Address/AddressLines/AddressLine4", Cell.TEXT, ""),
    Column("postcode", "Postcode", "Address/PostCode", Cell.POSTCODE, "ZZ1 1ZZ", needed=True),
    Fixed("Phones/Phone/TelephoneType", "H"),
    Column("phone", "Home phone", "Phones/Phone/PhoneNo", Cell.PHONE, "01632 960001"),
)


def _parent(number: int, *, needed: bool) -> Iterator[Part]:
    """One parent or carer, and how this person is reached."""
    top, key, who = f"Contacts/Contact[{number}]", f"parent-{number}", f"Parent {number}"
    for asked in _PARENT:
        if isinstance(asked, Fixed):
            yield Fixed(f"{top}/{asked.path}", asked.value or str(number))
        else:
            yield replace(
                asked,
                key=f"{key}-{asked.key}",
                heading=f"{who} {asked.heading}",
                path=f"{top}/{asked.path}",
                needed=asked.needed and needed,
                group=key,
            )


_PARENT: tuple[Part, ...] = (
    Fixed("Order", ""),
    Column("title", "title", "Title", Cell.TEXT, ""),
    Column("surname", "surname", "Surname", Cell.NAME, "Example", needed=True, needed_with=True),
    Column("forename", "forename", "Forename", Cell.TEXT, "Rosa"),
    Column("relation", "relationship", "Relationship", Cell.ANSWER, "PAM", answers.RELATION),
    Column(
        "responsible", "has parental responsibility", "Responsibility", Cell.ANSWER, "Yes", answers.YES_NO,
        needed_with=True,
    ),
    Column("lives-with", "lives with the pupil", "Address/AddressAsPupil", Cell.ANSWER, "Yes", answers.YES_NO),
    Column("line-1", "address line 1", "Address/AddressLines/AddressLine1", Cell.TEXT, ""),
    Column("line-2", "address line 2", "Address/AddressLines/AddressLine2", Cell.TEXT, ""),
    Column("postcode", "postcode", "Address/PostCode", Cell.POSTCODE, ""),
    Fixed("Phones/Phone/TelephoneType", "M"),
    Column("phone", "phone", "Phones/Phone/PhoneNo", Cell.PHONE, "07700 900001", needed=True),
    Column("email", "e-mail", "Email", Cell.TEXT, ""),
)  # fmt: skip


def _sessions(key: str, heading: str, name: str, example: str) -> Column:
    path = f"Attendance/YearData[now]/{name}"
    return Column(key, heading, path, Cell.COUNT, example, group="sessions", needed_with=True)


YEAR: tuple[Part, ...] = (
    Fixed("Attendance/YearData[now]/Year", "{year}"),
    Fixed("Attendance/YearData[now]/LEA", "{la}"),
    Fixed("Attendance/YearData[now]/Estab", "{estab}"),
    Fixed("Attendance/YearData[now]/SchoolName", "{name}"),
    _sessions("possible", "Sessions possible", "SessionsPossible", "60"),
    _sessions("authorised", "Sessions of authorised absence", "SessionsAuthorised", "2"),
    _sessions("attended", "Sessions attended", "SessionsAttended", "57"),
    _sessions("unauthorised", "Sessions of unauthorised absence", "SessionsUnauthorised", "1"),
)

OWN = "SchoolHistory/School[own]"
HERE: tuple[Part, ...] = (
    Fixed(f"{OWN}/LEA", "{la}"),
    Fixed(f"{OWN}/Estab", "{estab}"),
    Fixed(f"{OWN}/SchoolName", "{name}"),
)
CAME = Column("entry", "Came to your school on", f"{OWN}/EntryDate", Cell.DAY, "07/09/2021", needed=True)
LEFT = Column("leaving", "Left your school on", f"{OWN}/LeavingDate", Cell.DAY, "02/10/2026", needed=True)
REASON = Column("reason", "Reason for leaving", f"{OWN}/LeavingReason", Cell.ANSWER, "IM", answers.REASON)
GROUND = Column(
    "ground", "Ground for deletion", f"{OWN}/RemovalGrounds", Cell.ANSWER, "A", answers.GROUND,
    help="The letter of regulation 9(1) of the School Attendance (Pupil Registration) (England) Regulations 2024.",
)  # fmt: skip
MUST_GROUND = Column(
    "must-ground", GROUND.heading, GROUND.path, Cell.ANSWER, "G", answers.GROUND, needed=True, help=GROUND.help
)

NEXT = "SchoolHistory/School[next]"
NEXT_NAME = Column("next-name", "Next school's name", f"{NEXT}/SchoolName", Cell.TEXT, "")
NEXT_FROM = Column("next-from", "Starts there on", f"{NEXT}/EntryDate", Cell.DAY, "05/10/2026")
TO_NEXT: tuple[Part, ...] = (
    Fixed(f"{NEXT}/LEA", "{next_la}"), Fixed(f"{NEXT}/Estab", "{next_estab}"), NEXT_NAME, NEXT_FROM
)  # fmt: skip
NEXT_SCHOOL = Column("next", "Next school (DfE number)", "", Cell.DESTINATION, "", help="Or “not known”, or “outside”.")
LAST_SCHOOL = Column("last", "Last school (DfE number)", "", Cell.DESTINATION, "", help="Or “not known”, or “outside”.")
FROM_LAST: tuple[Part, ...] = (
    Fixed(f"{NEXT}/LEA", "{next_la}"), Fixed(f"{NEXT}/Estab", "{next_estab}"),
    Column("last-name", "Last school's name", f"{NEXT}/SchoolName", Cell.TEXT, ""),
    Column("last-left", "Left there on", f"{NEXT}/LeavingDate", Cell.DAY, ""),
    Fixed(f"{NEXT}/LastSchool", "true"),
)  # fmt: skip


ASK: tuple[Column, ...] = (
    Column(
        "ask-role", "Who answers questions (role)", "", Cell.NAME, "Attendance officer", needed=True, once=True,
        help="A role and never a person's name.",
    ),
    Column("ask-phone", "Phone for questions", "", Cell.PHONE, "01632 960100", needed=True, once=True, help=FIRST),
    Column(
        "agent", "Attendance company", "", Cell.CODE, "", once=True,
        help="Its id in the council's directory, if a company writes for the school.",
    ),
)  # fmt: skip
ABSENT: tuple[Part, ...] = (
    Column("upn", "UPN", "UPN", Cell.UPN, "Y886432125001", needed=True, help="13 characters, or “unknown”."),
    Column("no-upn", "Why there is no UPN", "UPNunknown", Cell.ANSWER, "", answers.NO_UPN),
    Column("surname", "Legal surname", "Surname", Cell.NAME, "Example", needed=True),
    Column("forename", "Legal forename", "Forename", Cell.NAME, "Ada", needed=True),
    Column("all-middle", "Middle names", "MiddleNames", Cell.NAME, "Grace"),
    Column("dob", "Date of birth", "DOB", Cell.DAY, "02/03/2015", needed=True),
    Column("sex", "Sex", "Sex", Cell.ANSWER, "F", answers.SEX),
    Column("line-1", "Address line 1", "Address/AddressLines/AddressLine1", Cell.TEXT, "1 Example Road"),
    Column("line-2", "Address line 2", "Address/AddressLines/AddressLine2", Cell.TEXT, ""),
    Column("line-3", "Address line 3", "Address/AddressLines/AddressLine3", Cell.TEXT, "Example Town"),
    Column("home-postcode", "Postcode", "Address/PostCode", Cell.POSTCODE, "ZZ1 1ZZ"),
    Column("return", "Kind of absence", "Return", Cell.ANSWER, "without-leave", answers.RETURN, needed=True),
    Column("first-day", "First day of absence", "FirstDay", Cell.DAY, "21/09/2026", needed=True),
    Column("last-day", "Last day so far", "LastDay", Cell.DAY, "02/10/2026"),
    Column("days", "School days of absence", "SchoolDays", Cell.COUNT, "10", needed=True),
    Column("cause", "Cause, if known", "Cause", Cell.ANSWER, "not-known", answers.CAUSE),
)


def _template(name: str, title: str, kind: FileType, made: str, outside: tuple[Column, ...], *parts: Part) -> Template:
    first = Column("made", made, "", Cell.DAY, "05/10/2026", needed=True, once=True, help=FIRST)
    asked = (part for part in parts if isinstance(part, Column))
    return Template(name, title, kind, first, (first, *SCHOOL, *outside, *asked), parts)


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        made.name: made
        for made in (
            _template(
                "leavers", "Leavers", FileType.CTF, "Leavers list made on", (DEST,),
                *PUPIL, *_parent(1, needed=False), *_parent(2, needed=False), *YEAR, *HERE, CAME, LEFT, REASON, GROUND,
                *TO_NEXT,
            ),
            _template(
                "leavers-cme", "Leavers, for the council's list of children missing education", FileType.CML,
                "CME leavers list made on", (NEXT_SCHOOL,),
                *PUPIL, *_parent(1, needed=True), *_parent(2, needed=False), *HERE, CAME, LEFT, REASON, MUST_GROUND,
                *TO_NEXT,
            ),
            _template(
                "joiners", "Joiners, for the council's list of children missing education", FileType.CMJ,
                "Joiners list made on", (LAST_SCHOOL,),
                *PUPIL, *_parent(1, needed=True), *_parent(2, needed=False), *HERE, CAME, *FROM_LAST,
            ),
            _template(
                "absence", "Absence of 10 or 15 days, also from an attendance company", FileType.ABS,
                "Absence list made on", ASK, *ABSENT,
            ),
        )
    }
)  # fmt: skip

COLUMNS: Mapping[str, Column] = MappingProxyType(
    {column.key: column for template in TEMPLATES.values() for column in template.columns}
)
