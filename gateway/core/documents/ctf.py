"""The rules of a Common Transfer File beyond its schema (ctf.md §2, §3.3, §4, §8, §10)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from gateway.core.documents import codesets, destinations, hints
from gateway.core.documents.leaving import ground_of, own_row
from gateway.core.documents.names import FileName
from gateway.core.documents.rules import Head, RuleHit, at, birth_hits, day, instant, names_agree, text, upn_hits
from gateway.core.documents.trees import Element, every
from gateway.core.terms import LaEstab, Upn

DOCUMENT_NAME = "Common Transfer File"
AUGUST, SEPTEMBER = 8, 9
AT_TWO_SCHOOLS = frozenset("MSG")  # EnrolStatus: main, subsidiary, guest (ctf.md §5.5)


def head(header: Element, name: FileName | None, pupils: int) -> tuple[Head, list[RuleHit]]:
    """What a schema-valid header says, and the rules it breaks."""
    made, found = frame(header, name, pupils)
    if text(header, "DocumentName") != DOCUMENT_NAME:
        found.insert(0, ("HEAD-001", header))
    return made, found


def frame(header: Element, name: FileName | None, pupils: int) -> tuple[Head, list[RuleHit]]:
    """What is the same in a transfer file and in the returns of leavers and joiners."""
    source, dest = _school(header, "SourceSchool"), _school(header, "DestSchool")
    made_at, hits = instant(header)
    made = Head(name, source, dest, made_at, text(header, "DocumentQualifier") == "partial")
    found = list(hits)
    if made_at is not None and not _year_fits(text(header, "SourceSchool/AcademicYear"), made_at):
        found.append(("HEAD-004", header))
    if source is None or source.outside:
        found.append(("HEAD-005", header))
    if dest is None:
        found.append(("HEAD-006", header))
    elif dest.unknown and pupils != 1:
        found.append(("HEAD-007", header))
    return made, found + list(names_agree(header, made))


def hits(pupil: Element, head: Head) -> Iterator[RuleHit]:
    """The rules that a schema-valid pupil breaks."""
    yield from shared_hits(pupil, head)
    for rule in _LEAVER_RULES:
        yield from rule(pupil, head)


def shared_hits(pupil: Element, head: Head) -> Iterator[RuleHit]:
    """The rules that hold in a transfer file and in the returns of leavers and joiners alike."""
    for rule in _PUPIL_RULES:
        yield from rule(pupil, head)


def care_authority(pupil: Element) -> str | None:
    """The council in whose care the pupil is; None also for XXX and MMM, which name no council."""
    authority = text(pupil, "LookedAfter/CareAuthority")
    return authority if text(pupil, "LookedAfter/InCare") in {"true", "1"} and authority.isdigit() else None


# -- the header -------------------------------------------------------------------------------------------------------


def _school(header: Element, path: str) -> LaEstab | None:
    try:
        return LaEstab(text(header, f"{path}/LEA") + text(header, f"{path}/Estab"))
    except ValueError:
        return None


def _year_fits(given: str, made_at: datetime) -> bool:
    """Sources disagree whether a school year starts on 1 August or 1 September, so in August both will do."""
    started = made_at.year if made_at.month >= SEPTEMBER else made_at.year - 1
    return given in {"", str(started)} or (made_at.month == AUGUST and given == str(made_at.year))


# -- the pupil --------------------------------------------------------------------------------------------------------


def _former_upns(pupil: Element, _: Head) -> Iterator[RuleHit]:
    for former in every(pupil, "BasicDetails/FormerUPN"):
        given = (former.text or "").strip()
        if given and given == text(pupil, "UPN"):
            yield "UPN-005", former
        elif given and not _is_upn(given):
            yield "UPN-004", former


def _is_upn(given: str) -> bool:
    try:
        return bool(Upn(given))
    except ValueError:
        return False


def _uln(pupil: Element, _: Head) -> Iterator[RuleHit]:
    given = text(pupil, "UniqueLearnerNumber")
    if given and not _is_uln(given):
        yield "ULN-001", at(pupil, "UniqueLearnerNumber")


def _is_uln(given: str) -> bool:
    """Ten digits, the first not 0; their sum with weights 10 to 1 and one more is a multiple of 11 (ctf.md §8.2)."""
    total = sum(int(digit) * weight for digit, weight in zip(given, range(10, 0, -1), strict=True))
    return given[0] != "0" and (total + 1) % 11 == 0


_PERIODS = (
    ("SchoolHistory/School", "EntryDate", "LeavingDate", "DATE-001"),
    ("FSMhistory/FSMinstance", "FSMstartDate", "FSMendDate", "DATE-002"),
    ("SENhistory/SEN", "StartDate", "EndDate", "DATE-002"),
    ("SENhistory/SENneeds/SENneed", "NeedStartDate", "NeedEndDate", "DATE-002"),
)


def _periods(pupil: Element, _: Head) -> Iterator[RuleHit]:
    born = day(pupil, "DOB")
    for where, first, last, rule in _PERIODS:
        for spell in every(pupil, where):
            begins, ends = day(spell, first), day(spell, last)
            if begins and ends and ends < begins:
                yield rule, at(spell, last)
            if rule == "DATE-001" and begins and born and begins < born:
                yield "DATE-003", at(spell, first)


def _leaver(pupil: Element, head: Head) -> Iterator[RuleHit]:
    """A full file is a leaver's: its sending school must say when the pupil left (ctf.md §4.12)."""
    if head.partial or head.source is None or head.source.authority or head.source.unknown:
        return
    latest = own_row(pupil, head.source)
    if latest is None:
        yield "SCH-002", pupil
    elif not text(latest, "LeavingDate"):
        stays = text(pupil, "BasicDetails/EnrolStatus") in AT_TWO_SCHOOLS
        yield ("SCH-003" if stays else "SCH-001"), latest


def _sessions(pupil: Element, _: Head) -> Iterator[RuleHit]:
    for year in every(pupil, "Attendance/YearData"):
        given = [text(year, f"Sessions{name}") for name in ("Possible", "Authorised", "Attended", "Unauthorised")]
        if all(given) and int(given[0]) != sum(map(int, given[1:])):
            yield "ATT-001", year


_NEVER_AHEAD = (
    "FSMhistory/FSMinstance/FSMstartDate",
    "SENhistory/SEN/StartDate",
    "SENhistory/SENneeds/SENneed/NeedStartDate",
    "Attendance/YearData/AttendSessions/AttendanceStartDate",
    "StageAssessments/KeyStage/StageAssessment/ResultDate",
)


def _begun(pupil: Element, head: Head) -> Iterator[RuleHit]:
    """What has begun did not begin after the day of the file."""
    today = head.day.isoformat() if head.day is not None else "9999"
    for path in _NEVER_AHEAD:
        yield from (("DATE-008", one) for one in every(pupil, path) if (one.text or "").strip() > today)


def _ahead(pupil: Element, head: Head) -> Iterator[RuleHit]:
    """Schools make the files of summer leavers in June; a leaving date further ahead is a slip (``Limits``)."""
    latest = head.day + timedelta(days=head.known.limits.ahead) if head.day is not None else date.max
    for left in every(pupil, "SchoolHistory/School/LeavingDate"):
        if (left.text or "").strip() > latest.isoformat():
            yield "DATE-007", left


def _contacts(pupil: Element, head: Head) -> Iterator[RuleHit]:
    if not head.partial:
        yield from parent_hits(pupil)


def parent_hits(pupil: Element) -> Iterator[RuleHit]:
    """Somebody among the contacts has parental responsibility."""
    answers = [text(contact, "Responsibility") for contact in every(pupil, "Contacts/Contact")]
    if answers and not {"true", "1"} & set(answers):
        yield "CON-001", at(pupil, "Contacts")


def _ground(pupil: Element, head: Head) -> Iterator[RuleHit]:
    """How a transfer file writes a ground is not known (ctf.md §13), so another writing is asked about, no more."""
    row = own_row(pupil, head.source)
    if row is not None and text(row, "RemovalGrounds") and head.known.formats.grounds.sets:
        on = day(row, "LeavingDate") or head.day
        if on is not None and ground_of(pupil, head) is None:
            yield "CODE-001", at(row, "RemovalGrounds")


def _late(pupil: Element, head: Head) -> Iterator[RuleHit]:
    """A school's file goes within so many school days after the pupil has left (SI 2005/1437 reg 9)."""
    calendars, row = head.known.calendars, own_row(pupil, head.source)
    left = day(row, "LeavingDate") if row is not None else None
    if row is None or left is None or head.source is None or not head.source.isdigit() or head.partial:
        return
    if calendars is None or head.day is None:
        return
    if calendars.school_days_after(left, head.known.limits.late, head.source) < head.day:
        yield "LATE-003", at(row, "LeavingDate")


def _results(pupil: Element, head: Head) -> Iterator[RuleHit]:
    """A component whose results are a closed list, such as the multiplication check (ctf.md §4.11)."""
    lists = head.known.formats.results
    for result in every(pupil, "StageAssessments/KeyStage/StageAssessment") if lists else ():
        allowed = lists.get(text(result, "Component"))
        if allowed is not None and text(result, "Result") not in allowed:
            yield "RES-001", at(result, "Result")


_Rule = Callable[[Element, Head], Iterator[RuleHit]]
_LEAVER_RULES: tuple[_Rule, ...] = (_leaver, _ahead, _late, _contacts, _ground, destinations.pupil_hits)


def _sex(pupil: Element, _: Head) -> Iterator[RuleHit]:
    """Version 24.0 alone takes a gender, a sex, or both (ctf.md §13.8), so its schema can ask for neither."""
    if pupil.find("Gender") is None and pupil.find("Sex") is None:
        yield "SEX-001", pupil


_PUPIL_RULES: tuple[_Rule, ...] = (
    upn_hits,
    _sex,
    _former_upns,
    _uln,
    birth_hits,
    _periods,
    _sessions,
    _begun,
    codesets.hits,
    _results,
    hints.hits,
)
