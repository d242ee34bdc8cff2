"""The catalogue as a page to read: ``schemas/RULES.md``, and a test holds the two equal."""

from collections.abc import Mapping

from gateway.core.documents.catalogue.rule import Rule

_TOP = """# Rules

Everything that the gateway can find in a file. An **error** must be mended before that pupil can go; a **query** is
mended or explained. A finding's code begins with the kind of the file, such as `CTF-UPN-001`; the rest is the code
here. `gateway rules show CODE` says the same, with what is known about single systems.

The examples are edits on the clean specimen of the kind (`schemas/*/*/*.specimen.xml`), beside the invented schools,
postcodes and terms in `partners/invented`; a test runs every one. What a request lacks (ASK) and what is
wrong with a form (FRM) has none: no edit on a specimen breaks it. Written by `gateway rules list --format md`.
"""


def page(rules: Mapping[str, Rule]) -> str:
    """Every row in order, under its family."""
    parts, family = [_TOP], ""
    for code, row in rules.items():
        if code.partition("-")[0] != family:
            family = code.partition("-")[0]
            parts.append(f"## {family}\n")
        parts.append(_row(code, row))
    return "\n".join(parts)


def words(sentence: str) -> str:
    """A sentence with its places filled in for somebody who reads it without a file."""
    return sentence.format(key="‹line of the form›", name="‹element›", word="‹from the reference›")


def _row(code: str, row: Rule) -> str:
    examples = f"*Breaks:* `{row.fires}` *Does not:* `{row.quiet}`\n" if row.fires else ""
    return (
        f"**{code}** · {row.severity} · {words(row.sentence)}\n"
        f"*To mend it:* {row.fix} *From:* {row.source}.\n"
        f"{examples}"
    )
