"""Who looks after a child that is taken off a roll hears of it the same hour: social care, or special needs.

Of any ground but a normal change of school, home education above all: a child with a live section 47 enquiry or in
care is told to social care (P09) or, where a council has no team of that name, to the first that is told of concerns;
one with an EHC plan to the special needs team (P15). It goes though a flag stands on the child, for it goes to those
who know; and where it cannot go, or an error stopped the file, a person of ours calls them.
"""

from collections.abc import Mapping
from datetime import date
from itertools import chain
from types import MappingProxyType

from gateway.core import agreements, documents, law, partners
from gateway.core.cases.openings import DIED
from gateway.core.days import day_of
from gateway.core.decisions import Clearance
from gateway.core.documents import Document, Glimpse, Leaver, Message
from gateway.core.errors import Code
from gateway.core.law import Class
from gateway.core.partners import Partner
from gateway.core.recipients import Destination
from gateway.core.records import Clearing, Record, Register, Rulebook
from gateway.core.terms import DisclosureId, Flag, Kind, Outcome, PartnerId, PurposeCode, UploadId
from gateway.flows import blocking, children, disclose, wording
from gateway.flows.blocking import Alarms, Call
from gateway.flows.children import Roll
from gateway.flows.situations import Situation, Source, named, new_id

CONCERN, PLAN = PurposeCode("P09"), PurposeCode("P15")
SOCIAL_CARE, SEND = "social-care", "send"
TAKEN_OFF = "The school has taken the child off its roll."
_SAYS: Mapping[PurposeCode, frozenset[Class]] = MappingProxyType(
    {CONCERN: frozenset({Class.SG}), PLAN: frozenset({Class.SC})}
)
"""How sensitive it is that there is a concern, or a plan."""


def raised(
    document: Document, roll: Roll, source: UploadId, gone: frozenset[int], here: Situation
) -> tuple[Record, Alarms]:
    """What goes to social care and to special needs about the children of one accepted file, and who has to call.

    Nothing of those who are ``gone``.
    """
    flagged, record = children.flags_on(roll.handles, here.flags), Record(())
    over, calls = set(gone), dict[int, Call]()
    for one in documents.leavers(document, here.rulebook.known):
        flags = flagged.get(one.number, frozenset())
        if DIED in one.grounds:
            over.add(one.number)
        if one.ends_phase or one.number in over:
            continue
        teams, unsent = _teams(one, flags), dict[str, tuple[Code, ...]]()
        for name in teams:
            team, purpose, made = _message(document, one, name, source, here)
            part, lacking = _sent(made, purpose, team, flags, here)
            record += part
            unsent |= {name: lacking} if lacking else {}
        if unsent:
            calls[one.number] = Call(tuple(unsent), tuple(dict.fromkeys(chain.from_iterable(unsent.values()))))
        elif teams:
            over.add(one.number)
    return record, Alarms(frozenset(over), calls)


def wanted(one: Glimpse, here: Situation) -> Call | None:
    """Which teams have to hear of this child of a file that an error stopped: somebody calls them."""
    found = here.flags(blocking.handles_of(one, here)).values()
    flags = frozenset[Flag]().union(*found)
    if not one.leaves or one.ground == DIED or Flag.DIED in flags:
        return None
    teams = _teams(one, flags)
    return Call(teams) if teams else None


def _teams(one: Leaver | Glimpse, flags: frozenset[Flag]) -> tuple[str, ...]:
    """Who has to hear that this child is taken off a roll."""
    told_of = one.in_care or Flag.S47_LIVE in flags
    return (*((SOCIAL_CARE,) if told_of else ()), *((SEND,) if one.plan else ()))


def _message(
    document: Document, one: Leaver, name: str, source: UploadId, here: Situation
) -> tuple[Partner | None, PurposeCode, Message]:
    child, home = documents.about(document, one.number), here.home
    if name == SEND:
        team = here.register.directory.team(home.id, SEND)
        return team, PLAN, wording.plan_status(child, source, home, SEND, here.at)
    team = social_care(here.register, here.rulebook, home.id, day_of(here.at))
    called = SOCIAL_CARE if team is None else team.id.removeprefix(f"{home.id}-")
    return team, CONCERN, wording.concern(child, source, TAKEN_OFF, home, called, here.at)


def social_care(register: Register, rulebook: Rulebook, home: PartnerId, day: date) -> Partner | None:
    """The contact of record: the team of that name, or else the first that is told of concerns, such as the MASH.

    Of several it is the first with which there is an agreement in force: what cannot go helps no child.
    """
    directory = register.directory
    usual = directory.team(home, SOCIAL_CARE)
    others = sorted(directory.teams_of(home), key=lambda one: one.id)
    found = ((usual,) if usual else ()) + tuple(one for one in others if _told_of_concerns(one, rulebook, home))
    there = [one for one in found if one.in_effect.covers(day)]
    agreed = [one for one in there if may_be_told(register, rulebook, CONCERN, home, one, Kind.REFERRAL, day)]
    return next(iter([*agreed, *there]), None)


def may_be_told(
    register: Register, rulebook: Rulebook, purpose: PurposeCode, home: PartnerId, team: Partner, kind: Kind, day: date
) -> bool:
    """Whether an agreement in force lets this home tell a team of its own: P09 and P15 are no duty (law.md §9.2).

    One that lacks a condition, or a paper that lifts a bar, lets nothing go.
    """
    ours, asked = register.directory.get(home), rulebook.purposes[purpose]
    found = agreements.covering(agreements.in_force(register.agreements, day), purpose, ours, team, kind)
    stated = (dict(one.purposes)[purpose] for one in found)
    return any(law.judge(asked, ours, team, _SAYS[purpose], one, day).legal is not None for one in stated)


def _told_of_concerns(team: Partner, rulebook: Rulebook, home: PartnerId) -> bool:
    usual = partners.template_of(team, rulebook.teams)
    return usual is not None and CONCERN in usual.purposes and team.id.startswith(f"{home}-")


def _sent(
    made: Message, purpose: PurposeCode, team: Partner | None, flags: frozenset[Flag], here: Situation
) -> tuple[Record, tuple[Code, ...]]:
    """Decide, cut and shelve it for the team; or else why it could not go, which a person of ours is told at once."""
    if team is None:
        return Record(()), (Code.NO_RECIPIENT,)
    upload = UploadId(new_id("u", here.draw))
    name, content = str(documents.file_name(made)), documents.write(made)
    read = documents.read(name, content, here.rulebook.schemas, here.rulebook.known.meanings()).document
    if read is None:
        return Record(()), (Code.FINDINGS,)
    kept = here.keep(named(name, content))
    disclosure = DisclosureId(new_id("d", here.draw))
    # those who are told are those who know of the flag, so it is cleared for them and for nobody else
    decided = disclose.one(
        Source(upload, read, kept.id), Destination(purpose, here.home.id, team.id, (1,)), here, disclosure
    )
    if decided.decision.outcome is not Outcome.RELEASE:
        return decided.record + Record((), kept=(kept,)), decided.decision.reasons
    known = Clearing(disclosure, Clearance(flags=flags))
    who = children.named(upload, children.handles(read, here.blind))
    return decided.record + Record((), kept=(kept,), named=(who,), cleared=(known,) if flags else ()), ()
