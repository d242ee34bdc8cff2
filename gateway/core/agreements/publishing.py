"""What the public reads: the register of agreements as a council shows it (WEISF), and one agreement, printed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from gateway.core.agreements.pages import Page, Section, Table
from gateway.core.agreements.parts import Party
from gateway.core.agreements.records import Agreement, in_force
from gateway.core.agreements.toml import terms_digest
from gateway.core.agreements.words import Direction
from gateway.core.law import Stated
from gateway.core.terms import PartnerId, PurposeCode

Name = Callable[[PartnerId], str]
"""What people call an organisation."""

REFER = "refer to the gateway's register for the definitive version."

COLUMNS = ("Number", "Title", "Purpose", "Lead organisation", "Other organisations", "Review date")


def register(listed: Iterable[Agreement], themes: Mapping[PurposeCode, str], name: Name, day: date) -> Page:
    """The agreements in force on ``day`` that may be published, by theme: what each is for in the first place.

    ``themes`` says what each purpose is, in a sentence.
    """
    shown = [one for one in in_force(listed, day) if one.publishable]
    numbered = dict(_numbered(shown))
    by_theme: dict[PurposeCode, list[Agreement]] = {}
    for one in sorted(shown, key=lambda one: numbered[one.name]):
        by_theme.setdefault(one.purposes[0][0], []).append(one)
    return Page(
        "Data-sharing agreements",
        (
            f"Agreements in force on {_day(day)} under which children's records are shared.",
            *(() if shown else ("None is published at present.",)),
        ),
        tuple(
            Section(
                themes.get(code, code),
                tables=(
                    Table(
                        f"Agreements: {themes.get(code, code)}",
                        COLUMNS,
                        tuple(_listed(numbered[one.name], one, name) for one in some),
                    ),
                ),
            )
            for code, some in sorted(by_theme.items())
        ),
    )


def printed(agreement: Agreement, themes: Mapping[PurposeCode, str], name: Name, day: date) -> Page:
    """All of one version as it stands on ``day``."""
    said = agreement.plain
    return Page(
        agreement.title,
        (
            f"{agreement.ref}, {agreement.status}. Printed on {_day(day)}: {REFER}",
            f"Its terms have the digest {terms_digest(agreement)}.",
        ),
        (
            Section("What it is for", tuple(filter(None, (said.purpose, said.benefit, said.if_not_shared)))),
            Section("Who shares", tables=(_members(agreement, name),)),
            Section("On which basis", tables=(_bases(agreement, themes),)),
            Section("What is shared", tables=(_items(agreement),)),
            Section("On which terms", tables=(_facts("Terms", _terms(agreement, name)),)),
            Section("Who approved and signed", tables=(_approvals(agreement, name),)),
            *([Section("What changed", tables=(_changes(agreement),))] if agreement.changes else []),
        ),
    )


def _numbered(shown: list[Agreement]) -> Iterator[tuple[str, int]]:
    """The number of each, and for those that have none the next ones, by name."""
    yield from ((one.name, one.number) for one in shown if one.number is not None)
    last = max((one.number or 0 for one in shown), default=0)
    without = sorted(one.name for one in shown if one.number is None)
    yield from ((one, number) for number, one in enumerate(without, last + 1))


def _listed(number: int, one: Agreement, name: Name) -> tuple[str, ...]:
    lead = one.lead or one.senders[0].partner
    others = (_called(party, name) for party in one.parties if party != Party(lead))
    return (
        f"{number:04}",
        one.title,
        one.summary or one.plain.purpose,
        name(lead),
        ", ".join(others),
        _day(one.review),
    )


def _members(agreement: Agreement, name: Name) -> Table:
    known = {one.party: one for one in agreement.members}
    sends = {*agreement.senders, *(agreement.recipients if agreement.direction is Direction.BOTH_WAYS else ())}
    gets = {*agreement.recipients, *(agreement.senders if agreement.direction is Direction.BOTH_WAYS else ())}

    def row(party: Party) -> tuple[str, ...]:
        way = " and ".join(word for word, some in (("sends", sends), ("receives", gets)) if party in some)
        member = known.get(party)
        if member is None:
            return (_called(party, name), way, "", "", "", "", "")
        acts = f" for {', '.join(map(name, member.agent_of))}" if member.agent_of else ""
        contract = f" (Article 28 contract {member.contract})" if member.contract else ""
        numbers = ", ".join(filter(None, (member.number, member.ico and f"ICO {member.ico}")))
        role = f"{member.role}{acts}{contract}"
        contacts = f"{member.rights}; corrections: {member.corrections}"
        return (_called(party, name), way, role, numbers, contacts, member.breach, member.notice)

    columns = ("Party", "Direction", "Role", "Numbers", "Rights", "Breaches, day and night", "Privacy notice")
    return Table("Parties", columns, tuple(map(row, agreement.parties)))


def _bases(agreement: Agreement, themes: Mapping[PurposeCode, str]) -> Table:
    def row(code: PurposeCode, stated: Stated) -> tuple[str, ...]:
        article9 = " ".join(filter(None, (stated.art9, stated.sch1)))
        papers = ", ".join(f"{paper}: {reference}" for paper, reference in stated.papers)
        rest = (stated.art10 or "", stated.exemption or "", stated.apd or "", papers)
        return (f"{code} {themes.get(code, '')}".strip(), stated.art6, article9, *rest)

    columns = ("Purpose", "Article 6", "Article 9", "Article 10", "Exemption", "Policy document", "Papers")
    return Table("Legal basis of each purpose", columns, tuple(row(*one) for one in agreement.purposes))


def _items(agreement: Agreement) -> Table:
    owed, barred, ages = dict(agreement.mandatory), dict(agreement.forbidden), dict(agreement.max_age)

    def row(
        kind: str, names: tuple[str, ...], must: tuple[str, ...], never: tuple[str, ...], age: int
    ) -> tuple[str, ...]:
        return (
            kind,
            *map(", ".join, (must, [one for one in names if one not in must], never)),
            f"{age} days" if age else "",
        )

    columns = ("Document", "Always", "If there is any", "Never", "At most so old")
    rows = (
        row(kind, names, owed.get(kind, ()), barred.get(kind, ()), ages.get(kind, 0)) for kind, names in agreement.items
    )
    return Table("Items that may go, and no others", columns, tuple(rows))


def _terms(one: Agreement, name: Name) -> Iterator[tuple[str, str]]:
    yes = {True: "yes", False: "no"}
    rules, checked = one.restrictions, one.assessment
    yield "Lead organisation", name(one.lead) if one.lead else ""
    yield "Tier", f"{one.tier}{f', under {one.parent}' if one.parent else ''}"
    yield (
        "In force",
        f"{_day(one.in_force.first)} to {_day(one.in_force.last) if one.in_force.last else 'further notice'}",
    )
    yield "Review", _day(one.review)
    yield "How often", one.frequency
    yield "About whom", ", ".join(one.subjects)
    yield "Children in one message", f"{one.max_children} at most{'' if one.bulk else ', never in bulk'}"
    yield "Messages in a day", f"{one.max_messages} at most" if one.max_messages else "no limit"
    yield "Carriers", ", ".join(one.carriers) or "any that is lawful"
    yield "Sharing on", rules.onward
    yield "Kept where", rules.geography
    yield "Use for anything else", yes[rules.reuse]
    yield "Decisions by a machine alone", yes[rules.automated]
    yield "Signing and sealing", one.security.profile
    yield "Keys", ", ".join(one.security.keys)
    yield "Assurance asked of each partner", ", ".join(one.assurance)
    yield "Kept how long", "; ".join(f"{row.of.words}: {row.years} years from {row.since}" for row in one.retention)
    yield "Proof of deletion", one.deletion_proof
    yield "Rights", f"answered by {one.rights.answered_by}, passed on within {one.rights.days} working days"
    yield "Breaches", f"told to the other party within {one.breach_hours} hours"
    yield "Impact assessment", " ".join(filter(None, (checked.reference, _day(checked.day) if checked.day else "")))
    yield "Data-protection officer's advice", checked.advice
    yield "Quality", " ".join(filter(None, (one.quality.source, one.quality.accuracy, one.quality.correction)))
    yield "How it ends", f"{one.ending.notice_days} days' notice. {one.ending.terms}"
    yield "Disputes", one.ending.disputes
    yield "Complaints", one.complaints


def _facts(caption: str, facts: Iterable[tuple[str, str]]) -> Table:
    return Table(caption, ("Term", "What is agreed"), tuple((term, words or "not said") for term, words in facts))


def _approvals(agreement: Agreement, name: Name) -> Table:
    approved = ((_called(one.party, name), one.office, one.title, "") for one in agreement.approvers)
    signed = ((_called(one.party, name), "signatory", one.role, _day(one.day)) for one in agreement.signatories)
    missing = ((_called(one, name), "signatory", "not signed yet", "") for one in agreement.unsigned)
    return Table("Approvals and signatures", ("Party", "Office", "Role", "Day"), (*approved, *signed, *missing))


def _changes(agreement: Agreement) -> Table:
    rows = tuple((str(one.version), _day(one.day), one.words) for one in agreement.changes)
    return Table("Versions", ("Version", "Day", "What changed"), rows)


def _called(party: Party, name: Name) -> str:
    return f"Schools of {name(party.partner)}" if party.schools else name(party.partner)


def _day(day: date) -> str:
    """As people write it: 3 November 2026."""
    return f"{day.day} {day:%B %Y}"
