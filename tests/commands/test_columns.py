"""Findings in columns: nothing is lost, nothing is wider than the terminal, and what belongs together stands together."""

import click

from gateway.commands import columns

LONG = "The date of birth is not a date that a calendar has, or it lies after the day on which the file was made."
FIX = "Correct the date of birth on the pupil's details page of your system, and export the file again."


def finding(**changed: object) -> dict[str, object]:
    plain = {"line": 7, "pupil": 2, "code": "CTF-DOB-001", "severity": "error", "message": "It is wrong.", "fix": FIX}
    return {**plain, **changed}


def shown(*found: dict[str, object], width: int = 120, counted: str = "line") -> list[str]:
    return click.unstyle(columns.findings(found, width, counted)).splitlines()


def test_no_line_is_wider_than_the_terminal_and_no_word_is_lost() -> None:
    for width in (80, 120, 200):
        heading, *lines = shown(finding(message=LONG, hint="In SIMS: Focus, Pupil."), finding(), width=width)
        assert max(map(len, [heading, *lines])) <= width
        said = " ".join(lines).split()
        assert all(said.count(word) >= (LONG.split() + FIX.split()).count(word) for word in set(LONG.split()))
        assert {*FIX.split(), "SIMS:", "CTF-DOB-001", "7", "2"} <= set(said)


def test_columns_begin_below_their_headings_on_every_line() -> None:
    heading, *lines = shown(
        finding(message=LONG, fix=LONG), finding(code="wrong-version", message="Short.", fix="Mend it.")
    )
    wrong, mend = heading.index("what is wrong"), heading.index("how to mend it")
    assert len(lines) > 3
    for line in lines:
        assert line[wrong - 1] == " " == line[mend - 1]
        assert line[wrong] != " " != line[mend]


def test_what_is_about_the_whole_file_has_no_line_and_no_pupil() -> None:
    heading, line = shown(finding(line=0, pupil=None, fix="Mend it."), counted="row")
    assert heading.split()[:2] == ["row", "pupil"]
    assert line.split()[0] == "CTF-DOB-001"


def test_errors_and_queries_differ_in_colour() -> None:
    error, query = (columns.findings([finding(severity=one)], 120) for one in ("error", "query"))
    assert error != query
    assert click.unstyle(error) == click.unstyle(query)
