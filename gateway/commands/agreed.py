"""What all commands about agreements share: the group, and how a version, a file and a person are named."""

from pathlib import Path

import click

from gateway import wiring
from gateway.commands.root import gateway
from gateway.core import agreements
from gateway.core.agreements import Agreement, Reminder
from gateway.core.errors import Code, Refusal
from gateway.core.terms import AgreementRef, PersonId
from gateway.flows import agreements as life
from gateway.wiring import Installation

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


@gateway.group("agreements")
def agreement_group() -> None:
    """What may be shared with whom, why and until when."""


def adopt(installed: Installation, made: Agreement) -> Agreement:
    """Record one version. Raises UsageError when the register has other terms under the same number."""
    try:
        return life.adopt(installed.gateway, made, wiring.now())
    except life.OtherTerms as error:
        raise click.UsageError(
            f"{made.ref} is in the register with other terms; give the new ones a new version"
        ) from error


def reminder_words(one: Reminder) -> str:
    """A review that is near or over, for a terminal."""
    if one.days < 0:
        return f"[bold red]{one.agreement}: the review is {-one.days} days overdue[/] ({one.review})"
    return f"[yellow]{one.agreement}: review in {one.days} days[/] ({one.review})"


def read_file(file: Path) -> Agreement:
    try:
        return agreements.from_toml(file.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file.name}: {error}") from error


def find(installed: Installation, text: str) -> Agreement:
    ref = named(text)
    for one in installed.store.register().agreements:
        if one.ref == ref:
            return one
    raise Refusal(Code.NOT_FOUND)


def named(text: str) -> AgreementRef:
    try:
        return AgreementRef(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None


def person_named(text: str | None) -> PersonId | None:
    try:
        return PersonId(text) if text else None
    except ValueError as error:
        raise click.UsageError("a name is like a.shah") from error
