"""Whether a receipt is genuine, and about the very file that somebody holds: asked by anybody, and nothing is kept.

Nothing is looked up: a receipt proves itself by its signature, so the answer tells nobody what they did not bring.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.core.log import note
from gateway.core.log.note import Verifier
from gateway.core.terms import Outcome, digest
from gateway.flows.answering import RECEIPT
from gateway.flows.ports import Notes

BECAME = frozenset({*Outcome, "received"})
"""The first words of the lines that say what became of it."""


class Verdict(StrEnum):
    GENUINE = "genuine"
    """Signed by us; no file was shown beside it."""
    OF_THIS_FILE = "of-this-file"
    OF_ANOTHER_FILE = "of-another-file"
    NOT_OURS = "not-ours"
    """Altered, or not signed by us."""


@dataclass(frozen=True, slots=True)
class Checked:
    """``said`` is what the receipt says by the first word of its lines; empty where it is not ours."""

    verdict: Verdict
    said: Mapping[str, str] = field(default_factory=dict)
    became: tuple[tuple[str, str], ...] = ()
    """What became of it for each recipient: the outcome, then the purpose or kind with the number it went under."""


def check(notes: Notes, receipt: bytes, sent: bytes) -> Checked:
    """``sent`` is the file that it should be about; empty where nobody asks that."""
    lines = signed_lines(receipt, notes.verifiers())
    if not lines:
        return Checked(Verdict.NOT_OURS)
    parts = [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]
    said, became = dict(parts), tuple(one for one in parts if one[0] in BECAME)
    if not sent:
        return Checked(Verdict.GENUINE, said, became)
    same = said.get("sha256") == digest(sent)
    return Checked(Verdict.OF_THIS_FILE if same else Verdict.OF_ANOTHER_FILE, said, became)


def signed_lines(receipt: bytes, verifiers: Sequence[Verifier]) -> list[str]:
    """What was signed, line by line; nothing when none of these signed it, or it is no receipt."""
    try:
        # an office's editor writes other ends of lines
        lines = note.open_note(receipt.decode().replace("\r\n", "\n"), verifiers).text.splitlines()
    except ValueError:
        return []
    return lines[1:] if lines[0] == RECEIPT else []
