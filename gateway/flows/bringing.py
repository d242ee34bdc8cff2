"""What an officer brings with a file: the form on which it stands, and where its content came from."""

from dataclasses import dataclass, field

from gateway.core.decisions import Origin
from gateway.core.errors import Code, Refusal
from gateway.core.records import Record
from gateway.flows import oneoff, renewing
from gateway.flows.disclose import BARE, Attached
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation, Upload


@dataclass(frozen=True, slots=True)
class Brought:
    """``record`` keeps the form."""

    attached: Attached = BARE
    origin: Origin | None = None
    record: Record = field(default_factory=lambda: Record(()))


NOTHING_BROUGHT = Brought()


def gather(gateway: Gateway, upload: Upload, here: Situation) -> Brought:
    """What the officer who sends it brought. Raises Refusal with everything that is wrong about a form."""
    extra = upload.extra
    origin = renewing.origin_of(gateway, extra.drawn_from) if extra.drawn_from else None
    if not extra.form:
        return Brought(origin=origin)
    if upload.by is None or extra.to is None or extra.purpose is None:
        raise Refusal(Code.DECISION_FORM)
    attached, kept = oneoff.attach(gateway, here, extra.form, upload.by, extra.purpose, extra.to)
    return Brought(attached, origin, Record((), kept=(kept,)))
