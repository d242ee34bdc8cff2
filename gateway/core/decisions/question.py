"""What is asked and what is answered about one recipient: values that can be printed before anything is done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from gateway.core.decisions.holding import NOTHING_CLEARED, Clearance
from gateway.core.documents import Document
from gateway.core.errors import Code
from gateway.core.facts import StandsOn
from gateway.core.law import Class, Legal, Stated
from gateway.core.partners import Carrier, Partner
from gateway.core.terms import AgreementRef, Flag, Item, Outcome, PartnerId, PersonId, PurposeCode


@dataclass(frozen=True, slots=True)
class OneOff:
    """A recorded decision about one named child: on which basis, and which items, as patterns.

    ``siblings``: it names that child's siblings too. ``earlier`` counts the one-off disclosures that went to the same
    partner in this quarter before. ``used``: another file went out on the same form, on an earlier day.
    """

    stated: Stated
    items: tuple[str, ...]
    by: PersonId
    siblings: bool = False
    earlier: int = 0
    used: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the content came from, if not from the discloser's own work, and what that organisation's terms bar.

    ``onward``: it may be passed on. ``reuse``: it may serve another purpose than ``purpose``, under which it came.
    """

    source: PartnerId
    purpose: PurposeCode
    onward: bool = False
    reuse: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """May ``recipient`` have these pupils of ``document`` from ``discloser``, on ``day``, by ``carrier``?

    ``accepted_carriers`` are those that the home's data-protection officer has accepted on record. ``lifted`` are
    items to which a value in the file gives a class of its own: ground J makes a removal ground criminal. ``flags``
    stand on one of these pupils. ``own``: the recipient is the discloser's own council, or a team of it. ``sent_today``
    counts the messages that went under each agreement since midnight. ``sealable``: the recipient's registered
    certificate is valid, or none is needed. ``grade`` is that of a reply, and ``lacks`` what a request lacks.
    ``consented`` are the pupils who agreed to research that is not anonymous. ``nhs_number``: nobody opted the children
    out of its use. ``leaving``: a parent takes one out, and the council's consent to that has to be asked after.
    ``one_family``: these children are brothers and sisters, as far as their names and homes say. ``made`` is the day
    on which the document says that it was made. ``to_asker``: nobody but the recipient itself asked us to ask first.
    """

    purpose: PurposeCode
    discloser: Partner
    recipient: Partner
    document: Document
    pupils: tuple[int, ...]
    day: date
    carrier: Carrier
    accepted_carriers: Collection[str] = frozenset()
    lifted: frozenset[tuple[Item, Class]] = frozenset()
    one_off: OneOff | None = None
    flags: frozenset[Flag] = frozenset()
    own: bool = False
    origin: Origin | None = None
    clearance: Clearance = NOTHING_CLEARED
    sent_today: tuple[tuple[AgreementRef, int], ...] = ()
    sealable: bool = True
    immediate: bool = False
    grade: int | None = None
    lacks: tuple[Code, ...] = ()
    consented: frozenset[int] = frozenset()
    nhs_number: bool = True
    leaving: bool = False
    one_family: bool = True
    made: date | None = None
    to_asker: bool = False

    @property
    def stops(self) -> frozenset[Flag]:
        """The flags that have people look first; what the recipient asked for does not stand between us and it."""
        asked = {Flag.ASK_FIRST} if self.to_asker else set()
        return frozenset(flag for flag in self.flags if flag.stop) - asked


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, with every reason. ``legal`` is there when the six tests passed.

    ``duty_flow``: statute obliges, with or without the ``agreement`` that is cited. ``recorded``: it stands on an
    officer's decision. ``allowed`` is the most that may go, and nothing when the answer is no. ``cleared`` are reasons
    to hold that people have cleared; ``remarks`` stop nothing and ask for something.
    """

    outcome: Outcome
    reasons: tuple[Code, ...]
    purpose: PurposeCode
    discloser: PartnerId
    recipient: PartnerId | None
    pupils: tuple[int, ...]
    carrier: Carrier | None = None
    legal: Legal | None = None
    agreement: AgreementRef | None = None
    duty_flow: bool = False
    recorded: bool = False
    allowed: frozenset[Item] = frozenset()
    flags: frozenset[Flag] = frozenset()
    clearance: Clearance = NOTHING_CLEARED
    cleared: tuple[Code, ...] = ()
    remarks: tuple[Code, ...] = ()
    approve_later: bool = False
    """It is too urgent to wait for the second person, who looks at it on the next working day."""

    @property
    def stands_on(self) -> StandsOn:
        """On what it stands beside its legal ground."""
        if self.clearance.glass and self.cleared:
            return StandsOn.BREAK_GLASS
        if self.duty_flow:
            return StandsOn.DUTY
        return StandsOn.ONE_OFF if self.recorded else StandsOn.AGREEMENT
