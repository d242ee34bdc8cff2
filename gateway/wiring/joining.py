"""Join settings, keys, database, network and flows into one installation."""

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from gateway import settings as configured
from gateway.core.as4 import Rules
from gateway.core.partners import Carrier
from gateway.core.records import Rulebook
from gateway.core.terms import PartnerId, PersonId
from gateway.edge import registry, store
from gateway.edge.folders import Drop, Folders, Tray
from gateway.edge.mesh import Address, Mailbox
from gateway.edge.store import Store
from gateway.edge.store.marks import Marks
from gateway.edge.transport import Https
from gateway.edge.vault import FolderVault
from gateway.edge.watched import Watched
from gateway.flows import trusting
from gateway.flows.ports import Ask, Courier, Gateway
from gateway.settings import Settings, Unusable


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything of one ``--dir``, joined."""

    settings: Settings
    store: Store
    vault: FolderVault
    gateway: Gateway
    ask: Ask
    folders: Folders
    trays: Mapping[PartnerId, Tray]
    """Where partners leave files for us."""
    mailbox: Mailbox | None
    drops: Mapping[PartnerId, tuple[PersonId, Drop]]
    """Where a program of our own takes what lies on a shelf of ours, and in whose name."""


def now() -> datetime:
    return datetime.now(UTC)


def assemble(folder: Path, clock: Callable[[], datetime] = now) -> Installation:
    """Join what lies under ``folder``. Raises Unusable when it is not set up, or of another release."""
    return join(configured.load(folder), clock)


def join(settings: Settings, clock: Callable[[], datetime] = now) -> Installation:
    """Join what these settings name. Raises Unusable when the database is of another release."""
    opened = _opened(settings)
    try:
        vault = FolderVault(settings.keys, settings.origin, clock)
    except (OSError, ValueError) as error:
        raise Unusable(f"the keys are not all in {settings.keys}: put your copy of them back") from error

    def own_tls(_home: PartnerId) -> tuple[Path, Path]:
        # the homes of one gateway share its door, and so the certificate that stands at it
        pair = vault.current(settings.homes[0], "tls")
        return pair.certificate_file, pair.key_file

    sizes = settings.sizes
    rules = Rules(message_bytes=sizes.message_mb << 20, unzipped_bytes=sizes.unzipped_mb << 20, parts=sizes.parts)
    https, folders = Https(own_tls, rules.message_bytes), _folders(settings)
    mailbox = Mailbox(Address(**asdict(settings.mesh))) if settings.mesh is not None else None
    couriers: dict[str, Courier] = {Carrier.S2S: folders, Carrier.FOLDER: folders}
    if mailbox is not None:
        couriers[Carrier.MESH] = mailbox
    gateway = Gateway(
        homes=settings.homes,
        rulebook=_rulebook(settings),
        store=opened,
        vault=vault,
        keys=vault,
        transport=https,
        draw=os.urandom,
        clock=clock,
        waits=settings.waits,
        lease=settings.lease,
        carriers=settings.carriers,
        domain=settings.domain,
        owners=settings.owners,
        rules=rules,
        lasts=settings.lasts,
        couriers=couriers,
        fail_closed=settings.fail_closed,
    )
    gateway = replace(gateway, met=partial(trusting.met, gateway, opened))
    https.met = gateway.met
    return Installation(settings, opened, vault, gateway, https, folders, _trays(settings), mailbox, _drops(settings))


def _opened(settings: Settings) -> Store:
    found = store.found(settings.database)
    if found > store.NEWEST:
        raise Unusable(f"the database is of a newer release (schema {found}): install that one")
    if found != store.NEWEST:
        raise Unusable("the database is not of this release: run 'gateway db upgrade'")
    marks = Marks(settings.folder / "mark")
    return Store(settings.database, marks, settings.witnesses.quorum, settings.witnesses.patience)


def _folders(settings: Settings) -> Folders:
    places = settings.folders.places.items()
    drops = {partner: one.drop for partner, one in places if one.drop is not None and one.by is None}
    return Folders(settings.folders.handoff, drops, settings.folder / "folders")


def _drops(settings: Settings) -> Mapping[PartnerId, tuple[PersonId, Drop]]:
    places = settings.folders.places.items()
    return {partner: (one.by, Drop(one.drop)) for partner, one in places if one.drop and one.by}


def _trays(settings: Settings) -> Mapping[PartnerId, Tray]:
    places, quiet = settings.folders.places.items(), settings.folders.quiet
    return {partner: Tray(Watched(one.pickup, quiet)) for partner, one in places if one.pickup is not None}


def _rulebook(settings: Settings) -> Rulebook:
    """The shipped schemas and purposes, with what this installation knows beside them."""
    own = settings.folder / "reference"
    try:
        return registry.rulebook(configured.shipped("schemas"), configured.shipped("partners"), own, settings.clocks)
    except ValueError as error:
        raise Unusable(str(error)) from error
