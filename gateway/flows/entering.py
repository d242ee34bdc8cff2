"""What was sent about a case stands in its timeline, in the transaction in which it goes."""

from collections.abc import Mapping
from datetime import datetime

from gateway.core.facts import EntryKind
from gateway.core.records import Case, Person, Record
from gateway.core.terms import Outcome
from gateway.flows import casebook
from gateway.flows.ports import Gateway


def sent(gateway: Gateway, person: Person, case: Case, said: Mapping[str, str], at: datetime, record: Record) -> Record:
    """The entry for what goes or waits for people; nothing where none of it may go."""
    going = [one for one in record.decided if one.outcome is not Outcome.REFUSE]
    if not going:
        return Record(())
    disclosure = going[0].disclosure
    return casebook.added(gateway, person, case, EntryKind.SENT, said, at, at, disclosure=disclosure)
