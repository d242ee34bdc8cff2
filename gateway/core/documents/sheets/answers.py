"""The answers that a column offers: a code of the format, and what it means in plain words (ctf.md §4, §5, §6).

The drop-down shows "code - words". A cell may hold the code, the words or both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

JOIN = " - "


@dataclass(frozen=True, slots=True)
class Answers:
    """``words`` by code. An open set takes other codes of the same form too: DfE adds to it every year."""

    words: Mapping[str, str]
    open: int = 0
    """How many capital letters another code has; 0 where there is no other."""

    bare: bool = False
    """Whether the drop-down shows the words alone."""

    def shown(self) -> tuple[str, ...]:
        """What the drop-down offers."""
        return tuple(words if self.bare else f"{code}{JOIN}{words}" for code, words in self.words.items())

    def cell(self, code: str) -> str:
        """The opposite of ``code``: how a sheet of ours says it."""
        return self.words.get(code, code) if self.bare else code

    def code(self, text: str) -> str | None:
        """The code that ``text`` means, or None."""
        given = " ".join(text.split()).casefold()
        given = given.lstrip("0") if given.isdecimal() else given
        for code, words in self.words.items():
            first = words[:1].casefold() if self.bare else code.casefold()
            if given in {first, code.casefold(), words.casefold(), f"{code}{JOIN}{words}".casefold()}:
                return code
        letters = given.upper()
        fits = self.open and len(letters) == self.open and letters.isascii() and letters.isalpha()
        return letters if fits else None


def _of(text: str, letters: int = 0) -> Answers:
    rows = (line.strip().partition(" ") for line in text.strip().splitlines())
    return Answers(MappingProxyType({code: words or code for code, _, words in rows}), letters)


NONE = Answers(MappingProxyType({}))
YES_NO = Answers(MappingProxyType({"true": "Yes", "false": "No"}), bare=True)
SEX = _of("F Female\nM Male\nU Unknown")
YEAR = Answers(
    MappingProxyType(
        {
            "N1": "Nursery 1", "N2": "Nursery 2", "R": "Reception",
            **{str(year): f"Year {year}" for year in range(1, 15)},
            "M": "Mixed", "X": "Not followed or not known",
        }
    )
)  # fmt: skip
ENROLMENT = _of(
    "C Current, at one school\nM Main of two schools\nS Second of two schools\nG Guest\nF Further education\n"
    "O Other provider\nP Previous"
)
SEN = _of("N No special educational need\nK SEN support\nE Education, health and care plan")
SEN_TYPE = _of(
    """SPLD Specific learning difficulty
    MLD Moderate learning difficulty
    SLD Severe learning difficulty
    PMLD Profound and multiple learning difficulty
    SEMH Social, emotional and mental health
    SLCN Speech, language and communication needs
    HI Hearing impairment
    VI Vision impairment
    MSI Multi-sensory impairment
    PD Physical disability
    ASD Autistic spectrum disorder
    DS Down syndrome
    OTH Other difficulty
    NSA SEN support, not assessed by a specialist"""
)
ETHNICITY = _of(
    """WBRI White British
    WIRI White Irish
    WIRT Irish Traveller
    WROM Gypsy or Roma
    WOTH Any other White background
    MWBC White and Black Caribbean
    MWBA White and Black African
    MWAS White and Asian
    MOTH Any other mixed background
    AIND Indian
    APKN Pakistani
    ABAN Bangladeshi
    AOTH Any other Asian background
    BCRB Black Caribbean
    BAFR Black African
    BOTH Any other Black background
    CHNE Chinese
    OOTH Any other ethnic group
    REFU Refused
    NOBT Not yet obtained""",
    4,
)
LANGUAGE = _of(
    """ENG English
    ENB Believed to be English
    OTB Believed to be other than English
    OTH Other than English
    ARA Arabic
    BNG Bengali
    CHI Chinese
    FRN French
    GUJ Gujarati
    ITA Italian
    KUR Kurdish
    LIT Lithuanian
    PNJ Panjabi
    PAT Pashto
    PRS Persian or Farsi
    POL Polish
    POR Portuguese
    RMN Romanian
    RUS Russian
    SOM Somali
    SPA Spanish
    TAM Tamil
    TUR Turkish
    UKR Ukrainian
    URD Urdu
    VIE Vietnamese
    CYM Welsh
    REF Refused
    NOT Not obtained""",
    3,
)
RELATION = _of(
    """PAM Mother
    PAF Father
    STM Step mother
    STF Step father
    FOM Foster mother
    FOF Foster father
    CAR Carer
    FAM Other family member
    REL Other relative
    SWR Social worker
    OTH Other contact"""
)
REASON = _of(
    """IM Moved in the year, to a maintained school or academy
    II Moved in the year, to an independent school
    IF Moved in the year, to further education
    PM Next phase, maintained school or academy
    PI Next phase, independent school
    PF Next phase, further education
    NH Home education
    NE Not in education, other
    NU Not in education, not known
    PE Permanently excluded
    DD Died
    OR Other reason
    UK Not known""",
    2,
)
GROUND = _of(
    """A Registered at another school
    B Nursery pupil who does not go on to reception
    C Registered at two schools, and the other agrees
    D School attendance order names another school
    E School attendance order revoked
    F Parent's written notice of education otherwise than at school
    G No longer lives within reasonable distance
    H Not returned after leave of absence
    I Absent without leave for 20 school days
    J Detained under a sentence
    K Died
    L Over compulsory school age, or not going on to the sixth form
    M Boarder whose fees are unpaid
    N Ceased at an independent or non-maintained special school
    O Permanently excluded"""
)
