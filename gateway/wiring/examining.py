"""Look at everything that a gateway needs, and say what to do about what is not as it should be: for the doctor of the
command line, and for the operator's pages.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from gateway import settings
from gateway.core import agreements as core
from gateway.core import checkup, partners
from gateway.core.as4 import certificates
from gateway.core.checkup import Check, Health
from gateway.core.days import day_of
from gateway.core.delivery import UNSETTLED, State
from gateway.core.errors import WORDS, Fault, Reason
from gateway.core.log import witness
from gateway.core.partners import Partner, checked
from gateway.edge.store import operating
from gateway.edge.vault import ROLES, ROLES_OF_A_HOME
from gateway.flows import agreements, countersigning, doubting, proving, recovery
from gateway.settings import Unusable
from gateway.wiring.duties import MEND_BEHIND, missing, witnesses
from gateway.wiring.joining import Installation, join, now
from gateway.wiring.letters import post
from gateway.wiring.unmailed import OF_MAIL, troubles

ASK = "Ask for their record, then 'gateway partners import'."
INSIDE = "If that is right, import their record again with 'gateway partners import --private'."
ASKERS = 16
OURS_ALONE = 0o077


def examine(folder: Path, *, offline: bool) -> Iterator[Check]:
    """Everything that can be looked at; what another check needs and is not there ends the list."""
    yield checkup.disk(shutil.disk_usage(folder if folder.exists() else ".").free)
    try:
        made = settings.load(folder)
        yield checkup.good("settings", f"{len(made.homes)} home(s), log {made.origin}")
        installed = join(made)
    except Unusable as error:
        yield checkup.wrong("set-up", str(error), "See above; 'gateway init' makes an installation.")
        return
    except Fault as fault:
        yield checkup.wrong("database", WORDS[fault.reason], "Start the database, or mend its address in the settings.")
        return
    yield from looked_at(installed)
    if not offline:
        yield from _mesh(installed)
        yield from _mail(installed)
        yield from _openid(installed)
        yield from _reach(installed)


def looked_at(installed: Installation) -> Iterator[Check]:
    """All that can be seen from here, without calling anybody."""
    for look in (
        _database,
        _clock,
        _log,
        _witnesses,
        _queue,
        _keys,
        _partner_certificates,
        _unsettled,
        _authorities,
        _records,
        _public,
        _agreements,
        _owners,
        _folders,
        _letters,
    ):
        yield from _looked(look, installed)


def _looked(look: Callable[[Installation], Iterator[Check]], installed: Installation) -> Iterator[Check]:
    """What one look finds; a machine that fails meanwhile is a finding too."""
    try:
        yield from list(look(installed))
    except Fault as fault:
        yield checkup.wrong(look.__name__.strip("_"), WORDS[fault.reason], "Mend this first, then look again.")


def _database(installed: Installation) -> Iterator[Check]:
    kind = installed.store.engine.dialect.name
    if installed.store.is_writable():
        yield checkup.good("database", f"{kind}, takes writes, schema of this release")
    else:
        yield checkup.wrong("database", f"{kind}, takes no writes", "Name the primary, not a standby, in the settings.")
    if loose := operating.not_durable(installed.store.engine):
        yield checkup.wrong("database sync", "; ".join(loose), "Set it back: a power cut would lose receipted work.")


def _clock(installed: Installation) -> Iterator[Check]:
    theirs = operating.clock(installed.store.engine)
    if theirs is not None:
        yield checkup.clock("clock of the database", now(), theirs)
    last = installed.store.last_written()
    if last is not None and last > now():
        yield checkup.clock("clock", now(), last)
    else:
        yield checkup.good("clock", f"{now():%Y-%m-%d %H:%M:%S} UTC, after the newest line of the log")


def _log(installed: Installation) -> Iterator[Check]:
    lost = missing(installed)
    if lost is not None:
        yield checkup.wrong("log", lost.words, MEND_BEHIND)
        return
    yield checkup.good("log", f"{installed.store.edge().size} lines, all that are known to have been signed")
    lines, since = operating.unsigned_since(installed.store.engine)
    yield checkup.lag(lines, now() - since if since else now() - now())


def _witnesses(installed: Installation) -> Iterator[Check]:
    for one in witnesses(installed).standing():
        name = f"witness {one.witness.partition('+')[0]}"
        if one.trouble is None:
            yield checkup.good(name, f"has countersigned {one.cosigned} lines")
        elif one.trouble in witness.GRAVE:
            yield checkup.wrong(name, witness.WORDS[one.trouble], "Find out why before anything else.")
        else:
            yield Check(name, Health.WARN, witness.WORDS[one.trouble], "Call whoever runs it.")
    waiting = installed.store.tasks(installed.settings.homes)
    for own in doubting.standing(waiting):
        yield checkup.wrong("our own log", own.words, "gateway log witness")
    if any(one.subject == doubting.CHECK for one in waiting):
        yield checkup.wrong("our own log", doubting.FAILED, "Change nothing; 'gateway log verify' says where.")
    directory = installed.store.register().directory
    for doubt in installed.store.doubts():
        yield checkup.wrong(f"log of {doubt.partner}", countersigning.told(directory, doubt), "gateway log witness")
    proven = installed.store.proven(now())
    if proven.stopped:
        yield checkup.wrong("proof of the log", proving.words(proven), "gateway log witness --ask")


def _queue(installed: Installation) -> Iterator[Check]:
    counts = installed.store.counts()
    dead = counts.get(State.ABANDONED, 0)
    waiting = sum(counts.get(state, 0) for state in UNSETTLED)
    if dead:
        yield Check("queue", Health.WARN, f"{dead} could not be delivered", "'gateway status' shows them.")
    else:
        yield checkup.good("queue", f"{waiting} on their way, none given up")


def _keys(installed: Installation) -> Iterator[Check]:
    homes = installed.settings.homes
    readable = [path.name for path in installed.settings.keys.rglob("*.key*") if path.stat().st_mode & OURS_ALONE]
    if readable:
        yield checkup.wrong("keys", f"others on this machine can read {', '.join(readable)}", "chmod 600 them.")
    for home in homes:
        for role in ROLES if home == homes[0] else ROLES_OF_A_HOME:
            end = certificates.end(pair.certificate for pair in installed.vault.pairs(home) if pair.role == role)
            name, fix = f"{role} certificate of {home}", f"gateway keys rotate {role} --home {home}"
            if end:
                yield checkup.certificate(name, (end - now()).days, fix)
            else:
                yield checkup.wrong(name, "there is none", fix)


def _partner_certificates(installed: Installation) -> Iterator[Check]:
    for partner in recovery.partners_to_ask(installed.gateway):
        for role in ROLES:
            held = [one.pem for one in partner.certificates if one.role == role]
            end = certificates.end(map(certificates.load, held))
            name, fix = f"{role} certificate of {partner.name}", ASK
            if not end:
                yield checkup.wrong(name, "there is none", fix)
            elif (check := checkup.certificate(name, (end - now()).days, fix)).health is not Health.GOOD:
                yield check


def _unsettled(installed: Installation) -> Iterator[Check]:
    """Whose new keys or address wait for two people on the telephone."""
    for partner in installed.store.register().directory.partners.values():
        if words := partners.unsettled(partner, now()):
            fix = f"Two people call them, then 'gateway partners confirm {partner.id}'." if partner.awaiting else ASK
            fix = f"When it may go on: 'gateway partners resume {partner.id}'." if partner.paused else fix
            yield Check(f"trust in {partner.name}", Health.WARN, words, fix)


def _authorities(installed: Installation) -> Iterator[Check]:
    """Whose certificates their authorities took back, or say nothing of."""
    known, at = installed.store.checked(), now()
    for partner in installed.store.register().directory.partners.values():
        for words in checked.doubted(partner, known, at):
            fix = "Call them. Under a key that was taken back: 'gateway keys under' says what went."
            yield Check(f"authority of {partner.name}", Health.WARN, words, fix)


def _records(installed: Installation) -> Iterator[Check]:
    """What is wanting in our own records and in those of everybody who was introduced here."""
    homes, today = installed.settings.homes, day_of(now())
    for one in installed.store.register().directory.partners.values():
        ours = one.id in homes
        if not (ours or one.introduced):
            continue
        fix = "Write it into 'partners export' and 'gateway partners amend' it." if ours else ASK
        check = checkup.record(f"record of {one.name}", partners.lapsed(one, today), fix)
        if ours or check.health is not Health.GOOD:
            yield check


def _public(installed: Installation) -> Iterator[Check]:
    """Whether somebody who tells of a child at night reads whom to ring, beside 999."""
    directory = installed.store.register().directory
    for one in map(directory.get, installed.settings.homes):
        name = f"public number of {one.name}"
        if one.contact.phone:
            yield checkup.good(name, f"{one.contact.phone} stands on the pages that anybody may open")
            continue
        instead = f"only that of {one.safeguarding.office}" if one.safeguarding else "none but 999"
        words = f"no number that answers day and night is set: the pages that anybody may open show {instead}"
        yield Check(name, Health.WARN, words, "Write it under [partner.contact] and 'gateway partners amend' it.")


def _agreements(installed: Installation) -> Iterator[Check]:
    listed, today = installed.store.register().agreements, day_of(now())
    near, ends = agreements.reminders(listed, today), core.ends(listed, today)
    if not near and not ends:
        yield checkup.good("agreements", f"{sum(one.stands(today) for one in listed)} in force, no review is near")
    for one in near:
        yield checkup.review(f"agreement {one.agreement}", one.days)
    for end in ends:
        words = "has ended, and nothing goes out under it" if end.days < 0 else f"ends in {end.days} days"
        fix = "If it should go on: 'gateway agreements renew', and have every party sign."
        yield Check(f"end of agreement {end.agreement}", Health.WARN, words, fix)


def _owners(installed: Installation) -> Iterator[Check]:
    """Whether somebody answers for what waits for a person at each home, and deputises."""
    known = {one.id for one in installed.store.people()}
    for home in installed.settings.homes:
        owners = installed.settings.owners.get(home, ())
        name, fix = f"holds of {home}", f'Write {home} = ["NAME", "DEPUTY"] under [holds] in the settings.'
        if missing := [one for one in owners if one not in known]:
            yield checkup.wrong(name, f"{missing[0]} may not sign in", "Add them with 'gateway users add'.")
        elif len(owners) < 2:  # noqa: PLR2004  (an owner and a deputy)
            words = "nobody answers for them" if not owners else "nobody deputises"
            yield Check(name, Health.WARN, words, fix)
        else:
            yield checkup.good(name, f"{owners[0]} answers for them, {', '.join(owners[1:])} deputises")


def _folders(installed: Installation) -> Iterator[Check]:
    for partner, place in installed.settings.folders.places.items():
        name, used = f"folders of {partner}", [one for one in (place.drop, place.pickup) if one is not None]
        if shut := [one for one in used if not os.access(one, os.R_OK | os.W_OK | os.X_OK)]:
            words = f"{shut[0]} cannot be read and written"
            yield checkup.wrong(name, words, "Make it, and let the account of the gateway read and write it.")
        elif place.by is not None and installed.store.person(place.by) is None:
            yield checkup.wrong(name, f"{place.by} may not sign in", "Add them with 'gateway users add'.")
        else:
            yield checkup.good(name, "can be read and written")


def _letters(installed: Installation) -> Iterator[Check]:
    yield from troubles(installed, now())


def _mesh(installed: Installation) -> Iterator[Check]:
    if installed.mailbox is None:
        return
    try:
        installed.mailbox.greet()
    except Fault as fault:
        fix = "Look at [mesh] in the settings; what goes by MESH waits in the queue."
        yield Check("mesh", Health.WARN, WORDS[fault.reason], fix)
    else:
        yield checkup.good("mesh", "knows our mailbox")


def _mail(installed: Installation) -> Iterator[Check]:
    set_up = installed.settings.mail
    if set_up is None:
        return
    try:
        post(set_up, now).greet()
    except Fault as fault:
        template = set_up.notify_key_file is not None and fault.reason is Reason.MAIL
        wrong = "its template does not hold ((subject)) and ((text)), or is not there"
        words = wrong if template else OF_MAIL[fault.reason]
        yield Check("mail", Health.WARN, words, "Look at [mail] in the settings; what is to be told waits.")
    else:
        yield checkup.good("mail", "takes our letters")


def _openid(installed: Installation) -> Iterator[Check]:
    """Which of the two secrets is wrong is what everybody asks."""
    from gateway.wiring.ways import provider

    given = installed.settings.openid
    if given is None:
        return
    try:
        provider(given).examine(now())
    except Fault as fault:
        name = {Reason.CLIENT_SECRET: given.secret, Reason.API_SECRET: given.api_secret}.get(fault.reason)
        fix = f"Put the right one into {name}." if name else "Look at [openid] in the settings; links work meanwhile."
        yield checkup.wrong("sign-in provider", WORDS[fault.reason], fix)
    else:
        yield checkup.good("sign-in provider", "knows us" + (", by both secrets" if given.api_secret else ""))


def _reach(installed: Installation) -> Iterator[Check]:
    """Call every partner at once; who answers shows its clock too."""
    asked = recovery.partners_to_ask(installed.gateway)
    with ThreadPoolExecutor(ASKERS) as pool:
        yield from pool.map(lambda partner: _called(installed, partner), asked)


def _called(installed: Installation, partner: Partner) -> Check:
    began = now()
    try:
        reply = installed.ask.look(partner, installed.settings.homes[0])
    except Fault as fault:
        fix = INSIDE if fault.reason is Reason.ADDRESS else "Call them; what is for them waits in the queue."
        return Check(f"reach {partner.name}", Health.WARN, WORDS[fault.reason], fix)
    milliseconds = (now() - began).total_seconds() * 1000
    theirs = _date(reply.date)
    checked = checkup.clock(f"reach {partner.name}", now(), theirs or now())
    if checked.health is Health.GOOD:
        return checkup.good(checked.name, f"answers in {milliseconds:.0f} ms")
    return checked


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
