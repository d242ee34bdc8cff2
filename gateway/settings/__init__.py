"""One installation's settings: ``config/gateway.toml``, read strictly. An unknown or missing key is an error.

What a later release added has a default, so that the settings of an older one still start.
"""

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from gateway.core.delivery import Waits
from gateway.core.log import note
from gateway.core.partners import MailboxId
from gateway.core.records import Lasts
from gateway.core.reminders import Addresses, Times
from gateway.core.suppression import LEAST
from gateway.core.terms import PartnerId, PersonId
from gateway.settings import openid as accounts
from gateway.settings.sections import Folders, Listen, Mail, Mesh, OpenId, Place, Sizes, Timetable, Witnesses

BACKUPS_KEPT = timedelta(days=90)
MOST_BACKUPS = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything under ``--dir``: paths are absolute, times are timedeltas."""

    folder: Path
    homes: tuple[PartnerId, ...]
    origin: str
    domain: str
    database: str
    listen: Listen
    waits: Waits
    lease: timedelta
    most: int
    workers: int
    timetable: Timetable
    carriers: Mapping[PartnerId, date]
    children: int = 1
    log_format: str = "auto"
    witnesses: Witnesses = field(default_factory=Witnesses)
    owners: Mapping[PartnerId, tuple[PersonId, ...]] = field(default_factory=dict)
    """Who answers at each home for what waits for a person; the deputies after the first."""
    clocks: Mapping[str, int] = field(default_factory=dict)
    """What this installation set of the lengths of clocks, by their codes."""
    mail: Mail | None = None
    smallest: int = LEAST
    """The smallest number of children that is published."""
    backups: timedelta = BACKUPS_KEPT
    """For how long a backup of the database is kept."""
    sizes: Sizes = field(default_factory=Sizes)
    folders: Folders = field(default_factory=lambda: Folders(Path("handoff")))
    mesh: Mesh | None = None
    openid: OpenId | None = None
    address: str = ""
    """Where people open the pages; passkeys are bound to it."""
    mail_links: bool = False
    """Whether people may have a link sent to the address that the settings have of them."""
    lasts: Lasts = field(default_factory=Lasts)
    """How long links, sessions and accounts last."""
    fail_closed: bool = False
    """Whether a certificate counts for nothing while its authority does not say that it is good."""

    @property
    def keys(self) -> Path:
        return self.folder / "keys"


LOG_FORMATS = ("auto", "text", "json")
MOST_CHILDREN = 64
QUIETEST = 3600
CHUNKS = (1_000, 100_000_000)
FEWEST = 2
"""Below it nothing would be left out."""


class Unusable(Exception):
    """The settings cannot be used; the message says which and how to mend it."""


def shipped(*parts: str) -> Path:
    """A read-only default: inside the installed wheel, or in the source tree that runs without one."""
    inside = Path(str(resources.files("gateway"))) / "shipped"
    root = inside if inside.is_dir() else Path(__file__).parent.parent.parent
    return root.joinpath(*parts)


def load(folder: Path) -> Settings:
    """Read ``folder/config/gateway.toml``. Raises Unusable."""
    path = folder / "config" / "gateway.toml"
    if not path.is_file():
        raise Unusable(f"there is no installation in {folder}: run 'gateway init' first, or name it with --dir")
    try:
        return parse(path.read_text(encoding="utf-8"), folder.absolute())
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise Unusable(f"{path}: {error}") from error


def parse(text: str, folder: Path) -> Settings:
    """Settings from TOML. Raises ValueError or KeyError naming the setting."""
    raw = tomllib.loads(text)
    listen, dispatch = raw.pop("listen"), raw.pop("dispatch")
    serve, logs = raw.pop("serve", {"processes": 1}), raw.pop("logs", {"format": "auto"})
    counts, people = raw.pop("counts", {"smallest": LEAST}), raw.pop("people", {})
    kept = raw.pop("retention", {"backups_kept_days": BACKUPS_KEPT.days})
    made = Settings(
        folder=folder,
        homes=tuple(map(PartnerId, raw.pop("homes"))),
        origin=raw.pop("origin"),
        domain=raw.pop("domain"),
        database=_database(raw.pop("database"), folder),
        listen=Listen(names=tuple(listen.pop("names")), proxies=_proxies(listen.pop("proxies", [])), **listen),
        lease=timedelta(seconds=dispatch.pop("lease")),
        most=dispatch.pop("most"),
        workers=dispatch.pop("workers"),
        waits=_waits(dispatch),
        timetable=Timetable(**raw.pop("timetable")),
        carriers={PartnerId(home): day for home, day in raw.pop("carriers", {}).items()},
        children=serve.pop("processes"),
        log_format=logs.pop("format"),
        witnesses=_witnesses(raw.pop("witnesses", {"quorum": 0})),
        owners={PartnerId(home): tuple(map(PersonId, people)) for home, people in raw.pop("holds", {}).items()},
        clocks=raw.pop("clocks", {}),
        mail=_mail(raw.pop("mail", {"host": ""}), folder),
        smallest=counts.pop("smallest"),
        backups=_backups(kept.pop("backups_kept_days")),
        sizes=Sizes(**raw.pop("limits", {})),
        folders=_folders(raw.pop("folders", {}), folder),
        mesh=_mesh(raw.pop("mesh", {"url": ""}), folder),
        address=people.pop("address", ""),
        mail_links=people.pop("mail_links", False) is True,
        lasts=_lasts(people),
        fail_closed=_fail_closed(raw.pop("authorities", {})),
    )
    made = replace(made, openid=accounts.parse(raw.pop("openid", {}), folder, made.homes))
    if unknown := [*raw, *serve, *logs, *counts, *kept]:
        raise ValueError(f"unknown setting {min(unknown)!r}")
    _refuse_unfit(made)
    return made


def _refuse_unfit(made: Settings) -> None:
    """What each value alone has to be, where its kind does not say so."""
    if made.address and not _ADDRESS.fullmatch(made.address):
        raise ValueError("[people] address is an https address")
    if not made.homes or not made.origin or not made.domain:
        raise ValueError("homes, origin and domain must be set")
    if made.log_format not in LOG_FORMATS:
        raise ValueError(f"[logs] format is one of {', '.join(LOG_FORMATS)}")
    if not 1 <= made.children <= MOST_CHILDREN:
        raise ValueError(f"[serve] processes is a number from 1 to {MOST_CHILDREN}")
    if type(made.smallest) is not int or made.smallest < FEWEST:
        raise ValueError(f"[counts] smallest is a number from {FEWEST} on")


def _folders(raw: dict[str, Any], folder: Path) -> Folders:
    """Paths are below the installation, or whole."""
    handoff, quiet = folder / raw.pop("handoff", "handoff"), raw.pop("quiet", 10)
    if not isinstance(quiet, int | float) or not 0 <= quiet <= QUIETEST:
        raise ValueError(f"[folders] quiet is a number of seconds from 0 to {QUIETEST}")
    places = {
        PartnerId(partner): Place(
            by=PersonId(place.pop("by")) if "by" in place else None,
            **{name: folder / path for name, path in place.items()},
        )
        for partner, place in raw.items()
    }
    used = [path for one in places.values() for path in (one.drop, one.pickup) if path is not None]
    if len({handoff, *used}) != len(used) + 1:
        raise ValueError("[folders] names one folder twice")
    return Folders(handoff, quiet, places)


def _mesh(raw: dict[str, Any], folder: Path) -> Mesh | None:
    """None where no address is named."""
    for name in ("password", "shared_key", "certificate", "key", "authority"):
        if name in raw:
            raw[name] = folder / raw[name]
    made = Mesh(**raw) if raw["url"] else None
    if made is not None:
        if not _ADDRESS.fullmatch(made.url):
            raise ValueError("[mesh] url is an https address")
        MailboxId(made.mailbox)
        if (made.certificate is None) != (made.key is None):
            raise ValueError("[mesh] certificate and key go together")
        if made.url.startswith("https") and made.certificate is None:
            raise ValueError("[mesh] needs the certificate and key that the NHS gave us")
        if not _WORKFLOW.fullmatch(made.workflow):
            raise ValueError("[mesh] workflow is the name that is agreed for it, such as CME_GATEWAY")
        if type(made.chunk) is not int or not CHUNKS[0] <= made.chunk <= CHUNKS[1]:
            raise ValueError(f"[mesh] chunk is a number of bytes from {CHUNKS[0]} to {CHUNKS[1]}")
    return made


_WORKFLOW = re.compile(r"[A-Za-z0-9_-]{1,40}")


def _lasts(raw: dict[str, Any]) -> Lasts:
    if wrong := [name for name, count in raw.items() if type(count) is not int or count < 1]:
        raise ValueError(f"[people] {wrong[0]} is a number from 1 on")
    given: dict[str, Any] = {"tries": raw.pop("tries")} if "tries" in raw else {}
    if unknown := raw.keys() - _LASTS.keys():
        raise ValueError(f"unknown setting {min(unknown)!r}")
    given |= {_LASTS[name][0]: timedelta(**{_LASTS[name][1]: count}) for name, count in raw.items()}
    return Lasts(**given)


_LASTS = {
    "link_hours": ("link", "hours"),
    "idle_minutes": ("idle", "minutes"),
    "session_hours": ("session", "hours"),
    "confirm_school_days": ("at_school", "days"),
    "confirm_council_days": ("at_council", "days"),
    "wait_minutes": ("wait", "minutes"),
    "labels_hours": ("labels", "hours"),
}
"""Each setting of [people]: what it sets, and its unit."""


def _proxies(addresses: list[str]) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_address(one)) for one in addresses)
    except ValueError:
        raise ValueError("[listen] proxies are addresses in numbers, such as 10.0.0.5") from None


def _backups(days: object) -> timedelta:
    if type(days) is not int or not 0 <= days <= MOST_BACKUPS.days:
        raise ValueError(f"[retention] backups_kept_days is a number from 0 to {MOST_BACKUPS.days}")
    return timedelta(days=days)


def _fail_closed(raw: dict[str, Any]) -> bool:
    closed = raw.pop("fail_closed", False)
    if raw or type(closed) is not bool:
        raise ValueError("[authorities] has fail_closed and nothing else: true or false")
    return closed


def _waits(raw: dict[str, Any]) -> Waits:
    return Waits(
        steps=tuple(timedelta(seconds=step) for step in raw.pop("steps")),
        then=timedelta(seconds=raw.pop("then")),
        give_up=timedelta(seconds=raw.pop("give_up")),
        **raw,
    )


def _mail(raw: dict[str, Any], folder: Path) -> Mail | None:
    """None where neither a server nor Notify is named."""
    homes = {PartnerId(home): _mailbox(address) for home, address in raw.pop("homes", {}).items()}
    people = {PersonId(person): _mailbox(address) for person, address in raw.pop("people", {}).items()}
    hour, ahead = raw.pop("digest_hour", None), raw.pop("ahead_hours", 24)
    if hour is not None and hour not in range(24):
        raise ValueError("[mail] digest_hour is a number from 0 to 23")
    if ahead not in range(1, 24 * 31):
        raise ValueError("[mail] ahead_hours is a number of hours from 1 on")
    for name in ("password_file", "authority", "notify_key_file"):
        if name in raw:
            raw[name] = folder / raw[name]
    by = raw["host"] or "notify_key_file" in raw
    made = Mail(**raw, to=Addresses(homes, people), times=Times(timedelta(hours=ahead), hour)) if by else None
    if made is not None:
        _refuse_half(made)
        _mailbox(made.sender)
        if made.security not in {"starttls", "tls", "none"}:
            raise ValueError("[mail] security is one of starttls, tls, none")
        if made.security == "none" and made.host not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError("[mail] security is none only for a mail server on this machine")
        if not (homes or people):
            raise ValueError(
                "[mail] names nobody to write to: put the address of a home’s team under [mail.homes], as in "
                'council-886 = "cme-team@council.example", or that of a person under [mail.people]'
            )
    return made


def _refuse_half(made: Mail) -> None:
    """Letters go by one of the two, and Notify needs all of its own."""
    if made.host and made.notify_key_file:
        raise ValueError("[mail] names a mail server and GOV.UK Notify: take one out")
    if made.notify_key_file and not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made.notify_template):
        raise ValueError("[mail] notify_template is the id of a template, as GOV.UK Notify shows it")
    if not made.notify_url.startswith("https://"):
        raise ValueError("[mail] notify_url is an https address")


def _mailbox(address: str) -> str:
    if not _MAILBOX.fullmatch(address):
        raise ValueError("[mail] holds what is no address")
    return address


_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
"""One mailbox in ASCII: no list, no name, no end of line."""


def _witnesses(raw: dict[str, Any]) -> Witnesses:
    quorum, known = raw.pop("quorum"), []
    patience = timedelta(hours=raw.pop("stop_after_hours", 0))
    for vkey, address in raw.items():
        verifier = note.parse_vkey(vkey)
        if verifier.kind is not note.Kind.COSIGNATURE:
            raise ValueError(f"{verifier.name} is a key that signs a log, and not one of a witness")
        if not _ADDRESS.fullmatch(address):
            raise ValueError(f"the witness {verifier.name} has no https address")
        known.append((verifier, address.removesuffix("/")))
    if quorum < 0 or patience < timedelta():
        raise ValueError("[witnesses] quorum and stop_after_hours are numbers from 0 on")
    if patience and not quorum:
        raise ValueError("[witnesses] stop_after_hours needs a quorum: nothing would ever be proven")
    return Witnesses(quorum, tuple(known), patience)


_ADDRESS = re.compile(r"https://[!-~]{1,500}|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?(/[!-~]{0,300})?")
"""Plain HTTP on this machine alone: a witness behind a proxy here."""


def _database(url: str, folder: Path) -> str:
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith(prefix + "/"):
        return f"{prefix}{folder / url.removeprefix(prefix)}"
    return url


__all__ = [
    "LOG_FORMATS", "MOST_CHILDREN", "Folders", "Listen", "Mail", "Mesh", "OpenId", "Place", "Settings", "Sizes",
    "Timetable", "Unusable", "Witnesses", "load", "parse", "shipped",
]  # fmt: skip
