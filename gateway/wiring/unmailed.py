"""Letters that would not go: written down as they fail, and told to whoever runs the machine, with what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.core import checkup
from gateway.core.checkup import Check, Health
from gateway.core.days import LONDON
from gateway.core.errors import WORDS, Fault, Reason
from gateway.core.reminders import Letter
from gateway.core.terms import digest
from gateway.edge.store import Store
from gateway.flows import enquiry, reminding
from gateway.wiring.joining import Installation

MAIL = "e-mail"
LATELY = timedelta(days=30)
"""What has not been tried for so long is not tried any more: whatever it was about is over."""

OF_MAIL = {
    **WORDS,
    Reason.UNREACHABLE: "it cannot be reached",
    Reason.TIMEOUT: "it does not answer in time",
    Reason.TLS: "its certificate is not one that we trust",
    Reason.CUT_OFF: "it breaks off",
    Reason.BUSY: "it asks us to come again later",
    Reason.HTTP_STATUS: "it answers with an error of its own",
    Reason.VAULT: "the file with our password or key cannot be read",
}
"""As the same is said of a partner's gateway, of what carries our letters."""


@dataclass(frozen=True, slots=True)
class Noting:
    """Hands letters on, and writes down to whom none goes, for whoever runs the machine to see."""

    mail: reminding.Mail
    store: Store

    def send(self, letter: Letter, at: datetime) -> None:
        try:
            self.mail.send(letter, at)
        except Fault as fault:
            self.store.mail_failed(letter.to, fault.reason, at)
            raise
        self.store.mail_went(letter.to)


def troubles(installed: Installation, at: datetime) -> Iterator[Check]:
    """What keeps letters from going, in words, and what to do; nothing where all go or mail is not set up."""
    set_up = installed.settings.mail
    found = installed.store.unmailed(at - LATELY) if set_up is not None else ()
    ours = [one for one in found if one.reason is not Reason.MAIL]
    if ours and set_up is not None:
        since = min(one.since for one in ours)
        through = "GOV.UK Notify" if set_up.notify_key_file else set_up.host
        words = f"no letter has gone since {_moment(since)}. By {through}: {OF_MAIL[ours[-1].reason]}"
        fix = "Look at [mail] in the settings with 'gateway doctor'. Every letter waits, and goes when this is mended."
        yield checkup.wrong(MAIL, words, fix)
    known = _known(installed) if found else {}
    for one in found:
        if one.reason is Reason.MAIL and one.to in known:
            whose, where = known[one.to]
            words = f"not taken since {_moment(one.since)}, at {one.tries} tries"
            fix = f"See that the address is right and takes mail: {where}. The letters wait."
            yield Check(f"{MAIL} to {whose}", Health.WARN, words, fix)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%-d %B %Y at %H:%M}"


def _known(installed: Installation) -> Mapping[str, tuple[str, str]]:
    """Whose each address is, by its digest, and where it stands; one that nobody has any more is nobody's trouble."""
    set_up, found = installed.settings.mail, dict[str, tuple[str, str]]()
    for partner in installed.store.register().directory.partners.values():
        for address in filter(None, (partner.contact.email, partner.mail)):
            found[digest(address.encode())] = partner.name, "it stands in their partner record"
    if set_up is not None:
        for home, address in set_up.to.homes.items():
            found[digest(address.encode())] = enquiry.name_of(installed.gateway, home), f"{home} under [mail.homes]"
        for person, address in set_up.to.people.items():
            found[digest(address.encode())] = person, f"{person} under [mail.people]"
    return found
