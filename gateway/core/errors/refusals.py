"""What somebody must mend: findings, and the refusal that carries them."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.core.errors.codes import Code
from gateway.core.errors.help import HELP, Help


class Severity(StrEnum):
    """An error must be mended; a query is mended or explained."""

    ERROR = "error"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, without the value that was found.

    ``line`` counts from 1 in the file as it came (0: the file as a whole). ``path`` names elements of our schema
    only; content that no schema knows is ``*``. ``pupil`` is the record's number in the file, from 1.
    """

    code: str
    severity: Severity
    message: str
    fix: str
    line: int = 0
    path: str = ""
    pupil: int | None = None


class Refusal(Exception):
    """Somebody must mend something. ``findings`` say everything that is wrong at once."""

    def __init__(self, code: Code, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(code.value)
        self.code = code
        self.findings = findings

    @property
    def help(self) -> Help:
        return HELP[self.code]
