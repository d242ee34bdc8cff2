"""The blocks of one pupil, each in the order of ctf.md §4 and in the handwriting of one system and version."""

from dataclasses import dataclass
from datetime import date
from random import Random

from gateway.core.sample import schooling
from gateway.core.sample.children import Carer, Child, uci, uln
from gateway.core.sample.markup import Node, branch, leaf
from gateway.core.sample.places import Home, mobile, one_in
from gateway.core.sample.quirks import Quirks
from gateway.core.sample.schooling import Need, Sessions, Stay
from gateway.core.terms import LaEstab

# the version that brought each thing (ctf.md §1.1)
_SERVICE_CHILD = _SEN_END_DATE = _NEED_DATES = 17
_URN = _REMOVAL_GROUNDS = 18
_SEX = 25
_MEAL_CATEGORY = 26

_HAS_ULN, _HAS_PHONE, _SITS_EXAMS = 14, 7, 10  # an age, and two year groups
_DISABILITIES = ("MOB", "HAND", "MED", "COMM", "LD", "HEAR", "VIS", "AUT")


@dataclass(frozen=True, slots=True)
class Pen:
    """What a system writes in its own way wherever it comes up."""

    quirks: Quirks
    version: int
    court_orders: bool = False

    def truth(self, value: bool) -> str:  # noqa: FBT001  (it is what is written)
        return self.quirks.truth[value]

    def name(self, name: str) -> str:
        return name.upper() if self.quirks.capitals else name

    def sex(self, sex: str) -> Node:
        return leaf("Sex" if self.version >= _SEX else "Gender", sex)

    def school(self, laestab: LaEstab, urn: str) -> tuple[Node, ...]:
        """LEA, Estab and URN; a URN of nothing is not known."""
        unknown = "XXXXXX" if self.quirks.unknown_urn or laestab.unknown else ""
        known = (leaf("URN", urn or unknown),) if self.version >= _URN and (urn or unknown) else ()
        return (leaf("LEA", laestab.la), leaf("Estab", laestab.estab), *known)

    def phone(self, kind: str, number: str) -> Node | None:
        shown = f"{number[:5]} {number[5:]}" if self.quirks.spaced_phones else number
        return branch("Phone", (leaf("TelephoneType", kind), leaf("PhoneNo", shown)))

    def address(self, home: Home, *, northing_first: bool = False) -> Node | None:
        grid = (leaf("Easting", home.easting), leaf("Northing", home.northing))
        tail = (leaf("County", home.county), leaf("PostCode", home.postcode), *(grid[::-1] if northing_first else grid))
        if self.quirks.address_lines:
            lines = (leaf(f"AddressLine{n}", line) for n, line in enumerate(home.lines, 1))
            return branch("Address", (branch("AddressLines", lines), *tail))
        where = branch(
            "BS7666Address",
            (
                leaf("SAON", home.flat),
                leaf("PAON", self._number(home)),
                leaf("Street", home.street),
                leaf("Locality", home.locality),
                leaf("Town", home.town),
                leaf("UniquePropertyReferenceNumber", home.uprn),
            ),
        )
        return branch("Address", (where, *tail))

    def _number(self, home: Home) -> str:
        if not self.quirks.padded_number:
            return home.number or home.house
        # start number in four places, its suffix, the same again for an end of a range, then the name
        digits = home.number.rstrip("A")
        return f"{digits:>4}{home.number[len(digits) :]:1}{'':5}{home.house}"

    def extras(self, *kept: tuple[str, str]) -> Node | None:
        """The supplier's own extension, where anything may stand (ctf.md §4.17)."""
        if not self.quirks.extras:
            return None
        return branch("SuppInfo", (leaf("SuppID", self.quirks.supplier), *(leaf(name, text) for name, text in kept)))


def identity(child: Child, pen: Pen, today: date) -> tuple[Node, ...]:
    """UPN, a ULN from 14 on, a UCI from year 10 on, names, date of birth and sex."""
    age = today.year - child.dob.year - ((today.month, today.day) < (child.dob.month, child.dob.day))
    return (
        leaf("UPN", child.upn),
        *((leaf("UniqueLearnerNumber", uln(child)),) if age >= _HAS_ULN else ()),
        *((leaf("UCI", uci(child)),) if child.year >= _SITS_EXAMS else ()),
        leaf("Surname", pen.name(child.surname)),
        leaf("Forename", pen.name(child.forename)),
        leaf("DOB", child.dob),
        pen.sex(child.sex),
    )


def basic_details(child: Child, pen: Pen) -> Node | None:
    rng = Random(f"details/{child.upn}")  # noqa: S311  (the same child has the same details)
    mother_tongue = rng.choice(child.origin.languages)
    tongues = (("F", mother_tongue), *((("H", "ENG"),) if mother_tongue != "ENG" else ()))
    languages = (branch("Type", (leaf("LanguageType", kind), leaf("Language", language))) for kind, language in tongues)
    disability = rng.choice(_DISABILITIES) if one_in(12, rng) else "NONE"
    return branch(
        "BasicDetails",
        (
            leaf("PreferredSurname", pen.name(child.surname)),
            leaf("PreferredForename", pen.name(child.forename)),
            leaf("FormerSurname", pen.name(rng.choice(child.origin.surnames)) if one_in(20, rng) else ""),
            leaf("MiddleNames", pen.name(child.middle)),
            leaf("NCyearActual", child.year or "R"),
            leaf("Ethnicity", rng.choice(child.origin.ethnicities)),
            leaf("EthnicitySource", "P"),
            branch("Languages", languages),
            leaf("ServiceChild", _in_the_forces(child)) if pen.version >= _SERVICE_CHILD else None,
            leaf("MedicalFlag", pen.truth(one_in(8, rng))),
            branch("Disabilities", (leaf("Disability", disability),)),
            leaf("EnrolStatus", "C"),
        ),
    )


def _in_the_forces(child: Child) -> str:
    """Whether a parent serves: most do not, some have not said, a few would not."""
    return Random(f"service/{child.upn}").choice("NNNNNNNYUUR")  # noqa: S311  (the same child has the same parents)


def meals_history(child: Child, past: tuple[Stay, ...], pen: Pen) -> Node | None:
    meals = schooling.meals(child, past)
    if meals is None:
        return None
    newest = pen.version >= _MEAL_CATEGORY
    spell = branch(
        "FSMinstance",
        (
            leaf("FSMstartDate", meals.first),
            leaf("FSMEligibilityVerificationDate", meals.verified) if newest else None,
            leaf("FSMendDate", meals.last or ""),
            leaf("UKcountry", "ENG"),
            leaf("FSMCategory", meals.category) if newest else None,
        ),
    )
    return branch("FSMhistory", (leaf("FSMreviewDate", meals.last or past[0].leaving), spell))


def looked_after(authority: str | None, pen: Pen) -> Node | None:
    return branch(
        "LookedAfter",
        (leaf("InCare", pen.truth(authority is not None)), leaf("CareAuthority", authority) if authority else None),
    )


def sen_history(child: Child, past: tuple[Stay, ...], pen: Pen) -> Node | None:
    need = schooling.need(child, past)
    if need is None:
        return None
    began = leaf("NeedStartDate", need.since) if pen.version >= _NEED_DATES else None
    needs = branch("SENneed", (began, leaf("SENtypeRank", 1), leaf("SENtype", need.kind)))
    return branch("SENhistory", (*_spells(need, pen), branch("SENneeds", (needs,))))


def _spells(need: Need, pen: Pen) -> tuple[Node | None, ...]:
    ends = need.plan if need.plan and pen.version >= _SEN_END_DATE else ""
    support = branch(
        "SEN",
        (
            leaf("StartDate", need.since),
            leaf("SENprovision", "K"),
            leaf("EndDate", ends) if pen.version >= _SEN_END_DATE else None,
        ),
    )
    plan = branch("SEN", (leaf("StartDate", need.plan or ""), leaf("SENprovision", "E")))
    return (support, plan) if need.plan else (support,)


def phones(child: Child, pen: Pen) -> Node | None:
    """The home's number, and a mobile of the pupil's own from secondary school on."""
    rng = Random(f"phones/{child.upn}")  # noqa: S311  (the same child has the same number)
    own = pen.phone("M", mobile(rng)) if child.year >= _HAS_PHONE else None
    return branch("Phones", (pen.phone(*child.carers[0].phones[0]), own))


def contacts(child: Child, pen: Pen) -> Node | None:
    pairs = zip(pen.quirks.contact_order, child.carers, strict=False)
    return branch("Contacts", (_contact(carer, order, pen) for order, carer in pairs))


def _contact(carer: Carer, order: int, pen: Pen) -> Node | None:
    as_pupil = branch("Address", (leaf("AddressAsPupil", pen.truth(True)),))
    numbers = carer.phones if pen.quirks.same_phone_type_twice else carer.phones[:2]
    return branch(
        "Contact",
        (
            leaf("Order", order),
            leaf("Title", carer.title),
            leaf("Surname", pen.name(carer.surname)),
            leaf("Forename", pen.name(carer.forename)),
            pen.sex(carer.sex) if pen.version < _SEX else None,
            leaf("Relationship", carer.relationship) if pen.quirks.relationships else None,
            leaf("Responsibility", pen.truth(carer.responsibility)),
            pen.address(carer.home, northing_first=pen.quirks.northing_first) if carer.home else as_pupil,
            branch("Phones", (pen.phone(*one) for one in numbers)),
            leaf("Email", carer.email),
            pen.extras(("CourtOrder", "Y" if carer.court_order and pen.court_orders else "N")),
        ),
    )


def attendance(child: Child, past: tuple[Stay, ...], pen: Pen, *, marks: bool) -> Node | None:
    rows = schooling.sessions(child, past, pen.quirks.years_of_attendance)
    return branch("Attendance", (_year(row, past[0], pen, marks=marks) for row in rows))


def _year(row: Sessions, here: Stay, pen: Pen, *, marks: bool) -> Node | None:
    kept = branch("AttendSessions", (leaf("AttendanceStartDate", row.first), leaf("AttendanceMarks", row.marks)))
    return branch(
        "YearData",
        (
            leaf("Year", row.year),
            *pen.school(row.school.laestab, row.school.urn if row.school == here.school else ""),
            leaf("SchoolName", row.school.name),
            leaf("SessionsPossible", row.possible),
            leaf("SessionsAuthorised", row.authorised),
            leaf("SessionsAttended", row.attended),
            leaf("SessionsUnauthorised", row.unauthorised),
            kept if marks else None,
        ),
    )


def assessments(child: Child, today: date) -> Node | None:
    """Every stage that is behind the child, each once."""
    made = schooling.results(child, today)
    stages = tuple(dict.fromkeys(one.stage for one in made))
    return branch(
        "StageAssessments",
        (
            branch("KeyStage", (leaf("Stage", stage), *(_result(one) for one in made if one.stage == stage)))
            for stage in stages
        ),
    )


def _result(one: schooling.Result) -> Node | None:
    return branch(
        "StageAssessment",
        (
            leaf("Locale", "ENG"),
            leaf("Year", one.year),
            leaf("Subject", one.subject),
            leaf("Method", one.method),
            leaf("Component", one.component),
            leaf("ResultStatus", "R"),
            leaf("ResultQualifier", one.qualifier),
            leaf("Result", one.result),
        ),
    )


def school_history(past: tuple[Stay, ...], pen: Pen) -> Node | None:
    """The latest school first, as real files have it."""
    return branch("SchoolHistory", (_stay(stay, past[0], pen) for stay in past))


def _stay(stay: Stay, here: Stay, pen: Pen) -> Node | None:
    return branch(
        "School",
        (
            *pen.school(stay.school.laestab, stay.school.urn if stay is here else ""),
            leaf("SchoolName", stay.school.name),
            leaf("EntryDate", stay.entry),
            leaf("LeavingDate", stay.leaving),
            leaf("LeavingReason", stay.reason),
            leaf("LastSchool", pen.truth(True)) if stay.last else None,
            leaf("RemovalGrounds", stay.ground) if pen.version >= _REMOVAL_GROUNDS else None,
            pen.extras(("LeavingComment", "family has moved away")) if stay is here else None,
        ),
    )


def pupil_extras(child: Child, pen: Pen) -> Node | None:
    english = child.origin.languages[0] == "ENG"
    return pen.extras(
        ("BirthCertificate", pen.truth(True)),
        ("Religion", child.origin.religion),
        ("Language", child.origin.languages[0]),
        ("EnglishAsAdditionalLanguage", "N" if english else "Y"),
    )
