"""The letters of an installation: who is told of what by mail, where mail is set up, and who carries it."""

from collections.abc import Callable
from datetime import datetime

from gateway.core.reminders import Addresses
from gateway.edge import govuk, mail
from gateway.flows import accounts, expiring, inviting, lying, mailing, reminding, reviewing
from gateway.flows.attempts import all_tried
from gateway.settings import Mail
from gateway.wiring.joining import Installation
from gateway.wiring.unmailed import Noting


def tell_all(installed: Installation, at: datetime) -> int:
    """Send every letter that is due now; returns how many went. Raises the last Fault when all were tried."""
    sent = 0
    with all_tried() as attempt:
        for tell in (remind, tell_of_agreements, tell_of_files, tell_of_certificates, remind_accounts, tell_teams):
            with attempt():
                sent += tell(installed, at)
    return sent


def remind(installed: Installation, at: datetime) -> int:
    """Tell people what is due soon or overdue, where mail is set up; returns how many letters went. Raises Fault."""
    set_up = installed.settings.mail
    if set_up is None:
        return 0
    store, gateway = installed.store, installed.gateway
    return reminding.remind(gateway, store, _noting(installed, set_up), set_up.times, set_up.to, set_up.link, at)


def tell_of_agreements(installed: Installation, at: datetime) -> int:
    """Tell whose agreements are to be reviewed or were suspended, where mail is set up. Raises Fault."""
    set_up, gateway = installed.settings.mail, installed.gateway
    return 0 if set_up is None else reviewing.tell(gateway, installed.store, _letters(installed, set_up), at)


def tell_of_files(installed: Installation, at: datetime) -> int:
    """Tell schools what waits for them and what of theirs nobody collected, where mail is set up. Raises Fault."""
    set_up, gateway = installed.settings.mail, installed.gateway
    return 0 if set_up is None else lying.tell(gateway, installed.store, _letters(installed, set_up), at)


def tell_of_certificates(installed: Installation, at: datetime) -> int:
    """Say of certificates that end soon, in the log and, where mail is set up, in a letter. Raises Fault."""
    set_up, gateway = installed.settings.mail, installed.gateway
    expiring.sweep(gateway, at)
    return 0 if set_up is None else expiring.tell(gateway, installed.store, _letters(installed, set_up), at)


def remind_accounts(installed: Installation, at: datetime) -> int:
    """Tell whose accounts stop soon unless somebody confirms them, where mail is set up. Raises Fault."""
    set_up, gateway = installed.settings.mail, installed.gateway
    return 0 if set_up is None else accounts.remind(gateway, installed.store, _letters(installed, set_up), at)


def tell_teams(installed: Installation, at: datetime) -> int:
    """Tell teams without a machine what waits for them, where mail is set up. Raises Fault."""
    return inviting.tell(installed.gateway, installed.store, teams_post(installed), at)


def mail_links(installed: Installation, at: datetime) -> int:
    """Send the links to sign in that were asked for: to teams without a machine, and, where the settings allow it, to
    people. Raises Fault.
    """
    set_up, store, gateway = installed.settings.mail, installed.store, installed.gateway
    if set_up is None:
        return 0
    people = set_up.to.people if installed.settings.mail_links else {}
    to = Addresses({}, {**people, **inviting.addresses(gateway, store, at)})
    return mailing.send(gateway, store, store, _noting(installed, set_up), to, set_up.link, at)


def teams_post(installed: Installation) -> inviting.Post:
    """How letters to teams go."""
    set_up, made = installed.settings.mail, installed.settings
    if set_up is None:
        return inviting.Post(None, made.address or f"http://localhost:{made.listen.pages_port}")
    return inviting.Post(_noting(installed, set_up), set_up.link or made.address)


def post(set_up: Mail, clock: Callable[[], datetime]) -> mail.Server | govuk.Notify:
    """Who carries our letters: the council's mail server, or GOV.UK Notify."""
    if set_up.notify_key_file is not None:
        key, template = set_up.notify_key_file, set_up.notify_template
        return govuk.Notify(key, template, clock, set_up.notify_url, set_up.authority)
    return mail.Server(
        set_up.host,
        set_up.port,
        set_up.security,
        set_up.sender,
        set_up.user,
        set_up.password_file,
        set_up.authority,
    )


def _letters(installed: Installation, set_up: Mail) -> reminding.Post:
    return reminding.Post(_noting(installed, set_up), set_up.to, set_up.link, set_up.times)


def _noting(installed: Installation, set_up: Mail) -> Noting:
    return Noting(post(set_up, installed.gateway.clock), installed.store)
