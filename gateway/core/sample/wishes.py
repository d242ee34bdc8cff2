"""What somebody may wish for: how many pupils, from whose system, of which version, and with which mistakes in it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gateway.core.sample.children import A_SCHOOL, ANOTHER_SCHOOL
from gateway.core.sample.quirks import Mis
from gateway.core.terms import Kind, LaEstab

_SEQUENCES = 999
_RETURNS = {Kind.CML, Kind.CMJ}
_VERSIONS = tuple(f"{number}.0" for number in range(12, 27))


class Mistake(StrEnum):
    """Something that a real file gets wrong and the gateway must find."""

    UPN_CHECK_LETTER = "upn-check-letter"
    ULN = "uln"
    MISSING_LEAVING_DATE = "missing-leaving-date"
    BAD_DATE = "bad-date"
    UNKNOWN_ELEMENT = "unknown-element"
    DUPLICATE_UPN = "duplicate-upn"
    WRONG_ORDER = "wrong-order"
    FUTURE_DOB = "future-dob"


@dataclass(frozen=True, slots=True)
class Wish:
    """A transfer file to be invented.

    ``at`` is the moment the file says it was made, as the school's clock shows it; ``leaving`` the last day of every
    pupil. ``version`` is ``nn.0``. ``sessions`` asks for attendance marks, ``partial`` for a partial file.
    ``care_authority`` puts pupil 1 in the care of that authority. The ``faults`` go into pupil 2, or 1 if alone.
    ``kind`` may be a return of leavers, on the ground of that letter, or of joiners: their first day is ``leaving``.
    Raises ValueError for a wish that no file can fulfil.
    """

    at: datetime = datetime(2026, 10, 6, 9, 15)  # noqa: DTZ001  (a file has no zone: ctf.md §3.1)
    leaving: date = date(2026, 10, 2)
    source: LaEstab = A_SCHOOL
    source_name: str = "Larkmere Primary School"
    dest: LaEstab = ANOTHER_SCHOOL
    pupils: int = 1
    seed: int = 1
    mis: Mis = Mis.SIMS
    version: str = "26.0"
    sequence: int = 1
    partial: bool = False
    sessions: bool = False
    care_authority: str | None = None
    faults: tuple[Mistake, ...] = ()
    kind: Kind = Kind.CTF
    ground: str = "A"
    court_orders: bool = False
    """Some fathers are under a court order, which sets a flag on their children."""

    def __post_init__(self) -> None:
        if self.pupils < 1 or not 1 <= self.sequence <= _SEQUENCES:
            raise ValueError("a file has a pupil at least, and a sequence number from 1 to 999")
        if self.dest.unknown and self.pupils > 1:
            raise ValueError("a file to an unknown destination holds one pupil")
        if not self.source.isdigit():
            raise ValueError("a transfer file comes from a school")
        if Mistake.DUPLICATE_UPN in self.faults and self.pupils == 1:
            raise ValueError("a UPN stands twice among two pupils at least")
        if self.leaving > self.at.date() and self.kind is not Kind.CML:
            raise ValueError("a file is made after the last day")
        if self.version not in _VERSIONS:
            raise ValueError("a transfer file has a version from 12.0 to 26.0")
        if self.kind is not Kind.CTF and not (self.kind in _RETURNS and self.dest.authority):
            raise ValueError(
                "beside transfer files there are returns of leavers and joiners, and each goes to a council"
            )

    @property
    def major(self) -> int:
        """The version as a number: 26 for ``26.0``."""
        return int(self.version.partition(".")[0])

    @property
    def name(self) -> str:
        """The name of the file (ctf.md §2)."""
        return f"{self.source}_{self.kind.upper()}_{self.dest}_{self.sequence:03d}.xml"


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file as a school's system would hand it over."""

    name: str
    content: bytes
