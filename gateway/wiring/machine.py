"""What the operator's pages are told of the machine: the doctor's look, versions, settings without secrets."""

import platform
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from gateway.core.terms import parse_stamp, stamp
from gateway.edge import store
from gateway.flows.readying import Machine
from gateway.settings import Settings
from gateway.wiring.examining import looked_at
from gateway.wiring.joining import Installation
from gateway.wiring.unmailed import troubles

BACKED_UP = "backed-up"
LIBRARIES = ("cryptography", "flask", "lxml", "sqlalchemy")


def told(installed: Installation) -> Machine:
    """As it stands; what changes is asked again each time."""
    settings = installed.settings
    return Machine(
        examine=lambda: tuple(looked_at(installed)),
        backed_up=partial(backed_up, settings.folder),
        mail=settings.mail is not None,
        unmailed=lambda: tuple(troubles(installed, installed.gateway.clock())),
        witnesses=len(settings.witnesses.known),
        statements=(settings.folder / "reference" / "statements.toml").is_file(),
        shown=_shown(settings),
        versions=_versions(installed),
    )


def note_backup(folder: Path, at: datetime) -> None:
    """Remember when the newest backup was made; of an installation that is lost, nobody asks."""
    (folder / BACKED_UP).write_text(stamp(at), encoding="ascii")


def backed_up(folder: Path) -> datetime | None:
    """When the newest backup was made on this machine, as far as it knows."""
    try:
        return parse_stamp((folder / BACKED_UP).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _versions(installed: Installation) -> Mapping[str, str]:
    return {
        "gateway": version("cme-gateway"),
        "schema": store.NEWEST,
        "database": installed.store.engine.dialect.name,
        "python": platform.python_version(),
        "system": platform.system(),
        **{name: version(name) for name in LIBRARIES},
    }


def _shown(made: Settings) -> Mapping[str, str]:
    """What somebody who helps has to know. It is named one by one: no setting gets in by being new."""
    return {
        "homes": ", ".join(made.homes),
        "origin": made.origin,
        "processes": str(made.children),
        "workers": str(made.workers),
        "messages a claim": str(made.most),
        "lease": str(made.lease),
        "waits": ", ".join(str(step) for step in made.waits.steps),
        "gives up after": str(made.waits.give_up),
        "pauses after": str(made.waits.pause_after),
        "largest message (MB)": str(made.sizes.message_mb),
        "behind proxies": str(bool(made.listen.proxies)),
        "witnesses": ", ".join(one.name for one, _ in made.witnesses.known),
        "quorum": str(made.witnesses.quorum),
        "mail": str(made.mail is not None),
        "signing in": made.openid.preset or "openid" if made.openid else "links and passkeys",
        "mesh": str(made.mesh is not None),
        "folders": ", ".join(sorted(made.folders.places)),
        "certificates fail closed": str(made.fail_closed),
        "log format": made.log_format,
    }
