"""What was exchanged by whom, as a table: rows send, columns receive."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One message from one product to another; ``fault`` says what was not as it must be."""

    case: str
    milliseconds: float
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """All messages from one product to another, or why there are none."""

    sender: str
    receiver: str
    done: tuple[Exchanged, ...] = ()
    left_out: str = ""

    @property
    def passed(self) -> int:
        return sum(not one.fault for one in self.done)

    @property
    def failed(self) -> int:
        return len(self.done) - self.passed

    def words(self, timed: Sequence[str]) -> str:
        """``12 of 12, 5 kB 40 ms``; the median where a case was repeated."""
        if self.left_out:
            return "left out"
        said = [f"{self.passed} of {len(self.done)}"]
        for case in timed:
            taken = [one.milliseconds for one in self.done if one.case == case and not one.fault]
            said += [f"{case} {_time(median(taken))}"] if taken else []
        return ", ".join(said)


def table(title: str, cells: Sequence[Cell], timed: Sequence[str]) -> Iterator[str]:
    """The lines of a table: whoever sends has a row, whoever receives a column, a pair that nobody tried a dash."""
    found: Mapping[tuple[str, str], Cell] = {(one.sender, one.receiver): one for one in cells}
    names = list(dict.fromkeys(name for one in cells for name in (one.sender, one.receiver)))
    senders = [name for name in names if any(one.sender == name for one in cells)]
    receivers = [name for name in names if any(one.receiver == name for one in cells)]
    rows = [[title, *receivers]]
    for sender in senders:
        row = [found.get((sender, receiver)) for receiver in receivers]
        rows.append([sender, *("–" if one is None else one.words(timed) for one in row)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, texts in enumerate(rows):
        yield "  ".join(text.ljust(width) for text, width in zip(texts, widths, strict=True)).rstrip()
        if not number:
            yield "  ".join("-" * width for width in widths)


def notes(cells: Sequence[Cell]) -> Iterator[str]:
    """What went wrong, and what was left out."""
    for cell in cells:
        if cell.left_out:
            yield f"left out: {cell.sender} to {cell.receiver}: {cell.left_out}"
        failed = (one for one in cell.done if one.fault)
        yield from (f"FAILED: {cell.sender} to {cell.receiver}: {one.case}: {one.fault}" for one in failed)


def counted(cells: Sequence[Cell]) -> str:
    passed, failed = sum(one.passed for one in cells), sum(one.failed for one in cells)
    return f"{passed} passed, {failed} failed, {sum(bool(one.left_out) for one in cells)} skipped"


# The small print.


def _time(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"
