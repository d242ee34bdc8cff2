"""Findings in columns for a terminal: line or row, pupil, code, what is wrong, how to mend it.

Sentences are folded by words. A file may have thousands of findings and a folder thousands of files, so nothing is
measured twice.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest

import click

from gateway.core.errors import Severity

WRONG, MEND = "what is wrong", "how to mend it"
NARROW = 5
GAP = "  "
COLOURS = {Severity.ERROR: "red"}


def findings(found: Sequence[Mapping[str, object]], width: int, counted: str = "line") -> str:
    """The lines of the columns, none longer than ``width``; codes are coloured for a terminal that has colours."""
    return "\n".join(_lines(found, width, counted))


def _lines(found: Sequence[Mapping[str, object]], width: int, counted: str) -> Iterator[str]:
    rows = [(one, str(one["message"]), _mending(one)) for one in found]
    codes = max((len(str(one["code"])) for one in found), default=0)
    room = width - 2 * NARROW - codes - 5 * len(GAP)
    wrong = min(max(len(text) for text in (WRONG, *(message for _, message, _ in rows))), room // 2)
    yield click.style(_line(counted, "pupil", " " * codes, WRONG.ljust(wrong), MEND), bold=True)
    for one, message, mend in rows:
        code = click.style(str(one["code"]).ljust(codes), fg=COLOURS.get(Severity(str(one["severity"])), "yellow"))
        first = (str(one["line"] or ""), str(one["pupil"] or ""), code)
        folded = zip_longest(_folded(message, wrong), _folded(mend, room - wrong), fillvalue="")
        for place, (left, right) in enumerate(folded):
            yield _line(*(first if place == 0 else ("", "", " " * codes)), left.ljust(wrong), right)


def _mending(one: Mapping[str, object]) -> str:
    return " ".join(str(one[words]) for words in ("fix", "hint") if one.get(words))


def _line(counted: str, pupil: str, code: str, wrong: str, mend: str) -> str:
    return GAP.join(("", counted.rjust(NARROW), pupil.rjust(NARROW), code, wrong, mend)).rstrip()


@lru_cache(maxsize=1024)
def _folded(sentence: str, width: int) -> tuple[str, ...]:
    return tuple(textwrap.wrap(sentence, width))
