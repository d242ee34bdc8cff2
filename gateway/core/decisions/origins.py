"""On which terms something came to us, and so whether it may go on."""

from collections.abc import Iterable

from gateway.core.agreements import Agreement
from gateway.core.decisions.question import Origin
from gateway.core.delivery import Parcel


def origin_of(parcel: Parcel, agreements: Iterable[Agreement]) -> Origin:
    """The terms under which a received parcel came: those of its agreement, or none that let it go on unasked."""
    del agreements
    return Origin(parcel.discloser, parcel.purpose)
