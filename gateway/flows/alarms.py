"""Who looks after a child that is taken off a roll hears of it the same hour: social care, or special needs.

Of any ground but a normal change of school, home education above all: a child with a live section 47 enquiry or in
care is told to social care (P09) or, where a council has no team of that name, to the first that is told of concerns;
one with an EHC plan to the special needs team (P15). It goes though a flag stands on the child, for it goes to those
who know; and where an error stopped the file, a person of ours tells them.
"""

from collections.abc import Iterator

from gateway.core import documents, partners, tasks
from gateway.core.cases.openings import DIED
from gateway.core.decisions import Clearance
from gateway.core.documents import Document, Glimpse, Leaver, Message
from gateway.core.facts import TaskKind
from gateway.core.partners import Partner
from gateway.core.recipients import Destination
from gateway.core.records import Clearing, Record
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, Flag, Outcome, PurposeCode, TaskId, UploadId
from gateway.flows import children, disclose, expecting, wording
from gateway.flows.children import Roll
from gateway.flows.situations import Situation, Source, named, new_id

CONCERN, PLAN = PurposeCode("P09"), PurposeCode("P15")
SOCIAL_CARE, SEND = "social-care", "send"
TAKEN_OFF = "The school has taken the child off its roll."


def raised(document: Document, roll: Roll, source: UploadId, here: Situation) -> Record:
    """What goes to social care and to special needs about the children of one accepted file."""
    flagged, record = children.flags_on(roll.handles, here.flags), Record(())
    for one in documents.leavers(document, here.rulebook.known):
        flags = flagged.get(one.number, frozenset())
        if one.ends_phase or DIED in one.grounds:
            continue
        for purpose, team, made in _messages(document, one, flags, source, here):
            record += _sent(made, purpose, team, flags, here)
    return record


def blocked(alarming: tuple[Glimpse, ...], source: UploadId, here: Situation) -> Record:
    """A task of this hour for each ``wanted`` child of a file that an error stopped: somebody calls the team."""
    return Record((), tasks=tuple(_task(source, here) for _ in alarming))


def wanted(one: Glimpse, here: Situation) -> bool:
    """Whether a team has to hear of this child of a file that an error stopped."""
    flags = here.flags(expecting.handles_of(one, here))
    live = any(Flag.S47_LIVE in some for some in flags.values())
    return one.leaves and one.ground != DIED and (one.in_care or one.plan or live)


def _messages(
    document: Document, one: Leaver, flags: frozenset[Flag], source: UploadId, here: Situation
) -> Iterator[tuple[PurposeCode, Partner | None, Message]]:
    told_of = one.in_care or Flag.S47_LIVE in flags
    if not told_of and not one.plan:
        return
    child, directory, home = documents.about(document, one.number), here.register.directory, here.home
    if told_of:
        team = _social_care(here)
        name = SOCIAL_CARE if team is None else team.id.removeprefix(f"{home.id}-")
        yield CONCERN, team, wording.concern(child, source, TAKEN_OFF, home, name, here.at)
    if one.plan:
        yield PLAN, directory.team(home.id, SEND), wording.plan_status(child, source, home, SEND, here.at)


def _social_care(here: Situation) -> Partner | None:
    """The contact of record: the team of that name, or else the first that is told of concerns, such as the MASH."""
    directory, home, day = here.register.directory, here.home, here.at.date()
    usual = directory.team(home.id, SOCIAL_CARE)
    others = sorted(directory.teams_of(home.id), key=lambda one: one.id)
    found = ((usual,) if usual else ()) + tuple(one for one in others if _told_of_concerns(one, here))
    return next((one for one in found if one.in_effect.covers(day)), None)


def _told_of_concerns(team: Partner, here: Situation) -> bool:
    usual = partners.template_of(team, here.rulebook.teams)
    return usual is not None and CONCERN in usual.purposes and team.id.startswith(f"{here.home.id}-")


def _sent(made: Message, purpose: PurposeCode, team: Partner | None, flags: frozenset[Flag], here: Situation) -> Record:
    """Decide, cut and shelve it for the team; whatever stands in the way, a person of ours is told at once."""
    upload = UploadId(new_id("u", here.draw))
    name, content = str(documents.file_name(made)), documents.write(made)
    read = documents.read(name, content, here.rulebook.schemas, here.rulebook.known.meanings()).document
    if team is None or read is None:
        return Record((), tasks=(_task(upload, here),))
    kept = here.keep(named(name, content))
    disclosure = DisclosureId(new_id("d", here.draw))
    # those who are told are those who know of the flag, so it is cleared for them and for nobody else
    decided = disclose.one(
        Source(upload, read, kept.id), Destination(purpose, here.home.id, team.id, (1,)), here, disclosure
    )
    if decided.decision.outcome is not Outcome.RELEASE:
        return decided.record + Record((), kept=(kept,), tasks=(_task(upload, here),))
    known = Clearing(disclosure, Clearance(flags=flags))
    who = children.named(upload, children.handles(read, here.blind))
    return decided.record + Record((), kept=(kept,), named=(who,), cleared=(known,) if flags else ())


def _task(about: UploadId, here: Situation) -> Task:
    kind, owner = TaskKind.DELETION_ALARM, next(iter(here.owners), None)
    due = tasks.due(kind, here.at, here.rulebook.clocks)
    return Task(TaskId(new_id("t", here.draw)), here.home.id, kind, about, here.at, due, owner)
