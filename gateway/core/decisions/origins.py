"""On which terms something came to us, and so whether it may go on."""

from collections.abc import Iterable

from gateway.core.agreements import Agreement, Onward
from gateway.core.decisions.question import Origin
from gateway.core.delivery import Parcel


def origin_of(parcel: Parcel, agreements: Iterable[Agreement]) -> Origin:
    """The terms under which a received parcel came: those of its agreement, or none that let it go on unasked."""
    terms = next((one.restrictions for one in agreements if one.ref == parcel.agreement), None)
    if terms is None:
        return Origin(parcel.discloser, parcel.purpose)
    onward = terms.onward in {Onward.FREE, Onward.SAME_PURPOSE}
    reuse = terms.reuse and terms.onward is not Onward.SAME_PURPOSE
    return Origin(parcel.discloser, parcel.purpose, onward, reuse)
