"""One partner in plain words, as the command line says it and pages may: numbers, dates, contacts, what is wanting."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from gateway.core.as4 import certificates
from gateway.core.partners.checked import Checked, shown
from gateway.core.partners.credentials import Certificate
from gateway.core.partners.directory import Directory
from gateway.core.partners.kinds import Channel
from gateway.core.partners.particulars import Post, Proof
from gateway.core.partners.records import Partner, Template
from gateway.core.partners.standing import lapsed
from gateway.core.partners.trust import standing
from gateway.core.terms import Digest, PartnerId, Period

Line = tuple[str, str]
"""What, and how it is."""

NOTHING_KNOWN: Mapping[Digest, Checked] = MappingProxyType({})

HOW = {
    Channel.AS4: "its own gateway (AS4)",
    Channel.PULL: "it pulls from here (AS4)",
    Channel.INBOX: "its inbox here",
    Channel.FOLDER: "a folder, carried by hand",
    Channel.MESH: "MESH",
}

PROOF = {
    Proof.DNS_RECORD: "by a record in the domain",
    Proof.REGISTRY_ENTRY: "in a public register",
    Proof.MAIL_ANSWERED: "by an answer from an address in it",
    Proof.CALLED_BACK: "by calling them back",
}


def told(
    partner: Partner,
    directory: Directory,
    templates: Iterable[Template],
    day: date,
    known: Mapping[Digest, Checked] = NOTHING_KNOWN,
) -> tuple[Line, ...]:
    """What nobody has registered is left out or, where it is wanted, said to be wanting.

    ``known`` is what the authorities of certificates said last.
    """
    return (
        *_itself(partner),
        *_others(partner, directory, day),
        *_ways(partner, template_of(partner, templates)),
        *_contacts(partner, directory),
        *(("assurance", _assurance(one.scheme, one.last, one.reference)) for one in partner.assurance),
        *_awaited(partner),
        *_checked(partner, known),
        *(("wanting", one.words) for one in lapsed(partner, day)),
    )


def template_of(partner: Partner, templates: Iterable[Template]) -> Template | None:
    """What every council's team or partner of this sort does, if the release ships it."""
    name = partner.id.removeprefix(f"{partner.team_of}-") if partner.team_of else partner.id
    listed = [one for one in templates if one.kind is partner.kind]
    fitting = [one for one in listed if one.name == name] or [one for one in listed if one.name == partner.kind]
    return fitting[0] if fitting else None


def fingerprint(certificate: Certificate) -> str:
    return certificates.fingerprint(certificates.load(certificate.pem))


def ends(partner: Partner) -> date | None:
    """The last day of what ends first: a certificate that no other of its role and kind outlasts, or an assurance."""
    last: dict[str, date] = {}
    for one in partner.assurance:
        last[one.scheme] = max(one.last, last.get(one.scheme, one.last))
    for held in partner.certificates:
        _, day = _days(held)
        kind = f"{held.role} {certificates.profile_of(certificates.load(held.pem))}"
        last[kind] = max(day, last.get(kind, day))
    return min(last.values(), default=None)


def _itself(partner: Partner) -> Iterator[Line]:
    yield "name", f"{partner.name}, {partner.town}" if partner.town else partner.name
    yield "kind", partner.kind.replace("-", " ")
    yield "in effect", _period(partner.in_effect)
    number = partner.la or partner.laestab
    if number:
        yield "DfE number", number
    if partner.ods:
        yield "ODS code", partner.ods
    if partner.ico:
        yield "ICO number", partner.ico


def _others(partner: Partner, directory: Directory, day: date) -> Iterator[Line]:
    before = directory.came_before(partner.id)
    if before:
        yield "formerly", "; ".join(f"{one.name} ({one.id}), {_period(one.in_effect)}" for one in before)
    after = partner
    while after.successor is not None:
        after = directory.get(after.successor)
        yield "succeeded by", f"{after.name} ({after.id}), {_period(after.in_effect)}"
    if partner.served_by:
        yield "part of" if partner.team_of else "served by", _named(directory, partner.served_by)
    if partner.trust:
        yield "trust", _named(directory, partner.trust)
    for one in directory.academies(partner.id, day):
        yield "academy", f"{one.name} ({one.id})"
    for agency in partner.agent_of:
        period = f", {_period(Period(agency.first or date.min, agency.last))}" if agency.first or agency.last else ""
        state = "" if agency.covers(day) else ", not in force"
        yield "acts for", f"{_named(directory, agency.school)} under contract {agency.contract}{period}{state}"


def _ways(partner: Partner, template: Template | None) -> Iterator[Line]:
    inside = ", which may lie in a private network" if partner.private_address else ""
    yield "reached by", f"{HOW[partner.channel]} {partner.endpoint or partner.mailbox}".rstrip() + inside
    if partner.paused:
        yield "paused", f"nothing is sent to it since {partner.paused.since:%Y-%m-%d}: {partner.paused.reason}"
    if partner.onboarding:
        agreed = "; one of two people says that it may go live" if partner.live_by else ""
        yield (
            "onboarding",
            f"its system is being connected: only specimens marked test go there and come from it{agreed}",
        )
    if partner.pulled:
        yield "its messages", "wait there until we pull them"
    if partner.rate:
        yield "takes at most", f"{partner.rate} messages a minute"
    if partner.plain:
        yield "opens", "plain files only: nothing is sealed for it but by MESH itself"
    if template is not None:
        yield "usually for", f"{', '.join(template.purposes) or 'no purpose of its own'}; by {HOW[template.channel]}"
    if partner.domain:
        known = partner.verified
        made_sure = f"verified {PROOF[known.how]} on {known.on}" if known else "not verified"
        yield "domain", f"{partner.domain}, {made_sure}"
    if partner.accepts:
        yield "granted", f"{', '.join(partner.accepts)} in what it sends"
    for one in partner.certificates:
        first, last = _days(one)
        profile = "" if one.role == "tls" else f" for {certificates.profile_of(certificates.load(one.pem))}"
        yield f"{one.role} certificate", f"{fingerprint(one)}, {first} to {last}{profile}"


def _contacts(partner: Partner, directory: Directory) -> Iterator[Line]:
    if partner.contact.phone or partner.contact.email:
        yield "day and night", _called(partner.contact.post, "", partner.contact.phone, partner.contact.email)
    found = directory.safeguarding(partner)
    if found is not None:
        whose, one = found
        theirs = "" if whose is partner else f" (of {whose.name})"
        yield "safeguarding", _called(one.post, one.office, one.phone, one.email) + theirs


def _awaited(partner: Partner) -> Iterator[Line]:
    """What came and does not count yet, so that whoever confirms it has it before them; and what counts beside keys."""
    awaiting = partner.awaiting
    if awaiting is not None:
        yield "not confirmed", standing(partner)
        yield "new address", awaiting.address or "none"
        for one in awaiting.certificates:
            yield f"new {one.role}", fingerprint(one)
        for authority in awaiting.anchors:
            yield "new authority", f"{authority.fingerprint}, for {authority.name}"
        for number in awaiting.numbers:
            yield "new number", number
    for authority in partner.anchors:
        yield "authority", f"{authority.fingerprint}, for {authority.name}"


def _checked(partner: Partner, known: Mapping[Digest, Checked]) -> Iterator[Line]:
    """What the authorities say of each certificate that has one."""
    for one in shown(partner):
        if found := known.get(one.fingerprint):
            yield f"{one.role} certificate", f"{one.fingerprint} {found.words}"
    for gone in partner.revoked:
        yield "revoked", f"{gone} {known[gone].words}" if gone in known else gone


def _called(post: Post | None, office: str, phone: str, email: str) -> str:
    return ", ".join(one for one in (post.replace("-", " ") if post else "", office, phone, email) if one)


def _days(certificate: Certificate) -> tuple[date, date]:
    """The days between which it may be used: its own, or those that were registered where these are narrower."""
    read = certificates.load(certificate.pem)
    first, last = read.not_valid_before_utc, read.not_valid_after_utc
    return max(first, certificate.first or first).date(), min(last, certificate.last or last).date()


def _assurance(scheme: str, last: date, reference: str) -> str:
    return f"{scheme} until {last}" + (f", {reference}" if reference else "")


def _named(directory: Directory, partner: str) -> str:
    found = directory.find_text(partner)
    return f"{found.name} ({partner})" if found else partner


def _period(period: Period) -> str:
    if period.first == date.min:
        return f"until {period.last}"
    return f"{period.first} to {period.last}" if period.last else f"since {period.first}"


def in_clear(partner: Partner) -> PartnerId | None:
    """What a line may say of an organisation without a salt: a council's number, never that of a school."""
    return None if partner.kind.school else partner.id
