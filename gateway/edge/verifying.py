"""Check the whole disclosure log: every line held against tiles, heads and signatures, every row against its line."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from gateway.core.errors import Fault
from gateway.core.facts import LogResigned, parse_line
from gateway.core.log import checkpoint, tiles, tree
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.note import ALGORITHM, Verifier
from gateway.core.records import LogKeys
from gateway.edge.store import Log, Store

STRETCH = 1024
MOST_LOOKS = 12


class Keys(LogKeys, Protocol):
    """Keys of our logs, and those that another key took over from."""

    def archived(self, log: int) -> Verifier | None: ...


class Logged(Protocol):
    """A gateway's database and keys."""

    @property
    def store(self) -> Store: ...
    @property
    def vault(self) -> Keys: ...


class Altered(Exception):
    """The log is not what was written; the sentence says where."""


def verify_whole(installed: Logged) -> str:
    """Check every log of an installation. A sentence that begins with ``sound``, or what is wrong.

    A gateway that goes on writing while it is looked at is looked at again: only what stands still can be wrong.
    """
    for _ in range(MOST_LOOKS):
        before = _standing(installed)
        said = _looked_at(installed)
        if said.startswith("sound") or _standing(installed) == before:
            return said
    return "The log grew during every look at it, so nothing can be said: check a restored backup, or a quieter hour."


def _standing(installed: Logged) -> Sequence[Log] | None:
    """None where what is stored of the logs is nothing that a gateway wrote."""
    try:
        return installed.store.logs()
    except (ValueError, TypeError):
        return None


def _looked_at(installed: Logged) -> str:
    try:
        logs = installed.store.logs()
        _whole(installed, logs)
        signed = verify_tree(installed, logs)
        _signed_before(installed)
        audit = installed.store.audit()
    except Altered as altered:
        return str(altered)
    except (ValueError, TypeError):
        return "The log was altered: it holds what no gateway wrote."
    if audit.wrong:
        return f"Rows were altered that lines vouch for: {'; '.join(audit.wrong)}."
    size = logs[-1].edge.size
    before = "".join(f", after {log.edge.size} of {_by(installed.vault, log)}" for log in logs[:-1])
    if signed[-1] is None:
        return f"sound so far{before}, and not signed yet"
    under = f"of which {signed[-1].size} under the newest signed checkpoint"
    return f"sound: {size} lines{before}, {under}, and {audit.rows} rows beside them"


def _by(keys: Keys, log: Log) -> str:
    """The name of a log that ended, and whether an archived key was what checked it."""
    archived = keys.archived(log.number)
    return keys.origin(log.number) + (f" (signed by its archived {ALGORITHM} key)" if archived else "")


def verify_tree(installed: Logged, logs: Sequence[Log]) -> list[Checkpoint | None]:
    """Every line against its hash, tiles, heads and signatures; the newest checkpoint of each log. Raises Altered."""
    return [_verify(installed, log, logs[:at]) for at, log in enumerate(logs)]


def _verify(installed: Logged, log: Log, before: Sequence[Log]) -> Checkpoint | None:
    """One log and its newest checkpoint. Raises Altered."""
    heads = _heads(installed, log)
    edge, nodes = tree.Edge(), 0
    kept = {level: installed.store.nodes(log.number, level) for level in tiles.levels(log.edge.size)}
    for some in _stretches(installed, log, heads.keys()):
        edge, finished = tiles.grow(edge, some)
        nodes += len(finished)
        if any(next(kept[one.level], None) != (one.index, one.hash) for one in finished):
            raise Altered(f"The log was altered: a tile before line {log.first + edge.size} is not as it was written.")
        if edge.size in heads and edge.root != heads[edge.size].root:
            raise Altered(f"The log was altered: its first {edge.size} lines are not those of a signed checkpoint.")
    if before and edge.size:
        _continues(installed, list(installed.store.lines(log.first, min(log.first + 2, log.end))), before[-1])
    if edge != log.edge or installed.store.node_count(log.number) != nodes:
        raise Altered("The log was altered: its lines do not give the head and the tiles that are stored.")
    if heads and max(heads) > edge.size:
        raise Altered("The log is shorter than its newest checkpoint.")
    return heads[max(heads)] if heads else None


def _stretches(installed: Logged, log: Log, heads: Collection[int]) -> Iterator[list[bytes]]:
    """Leaf hashes that are those of their lines, a stretch at a time, each ending at a checkpoint. Raises Altered."""
    some, ends = list[bytes](), frozenset(heads)
    for place, (line, leaf) in enumerate(installed.store.leaves(log), 1):
        if tree.leaf(line) != leaf:
            raise Altered(f"The log was altered: line {log.first + place - 1} is not the one that was hashed.")
        some.append(leaf)
        if place in ends or len(some) == STRETCH:
            yield some
            some = []
    yield some


def _heads(installed: Logged, log: Log) -> Mapping[int, Checkpoint]:
    """Every checkpoint of a log by its size. Raises Altered."""
    heads = dict[int, Checkpoint]()
    try:
        key = installed.vault.verifier(log.number)
    except Fault:
        raise Altered(f"The log was altered, or its key is missing: there is none for log {log.number}.") from None
    for size, note in installed.store.checkpoints(log.number):
        try:
            heads[size] = checkpoint.open_signed(note, key)
        except (ValueError, AttributeError):
            raise Altered(f"The checkpoint of {size} lines was altered: it is not signed by this log.") from None
        if heads[size].size != size:
            raise Altered(f"The checkpoint of {size} lines was altered: it is another one.")
    return heads


def _whole(installed: Logged, logs: Sequence[Log]) -> None:
    """Each log begins where the one before it ends, and nothing stands after the last line. Raises Altered."""
    if not logs:
        raise Altered("The log was altered: it has no head.")
    ends = [0, *(log.end for log in logs)]
    if [log.first for log in logs] != ends[:-1] or installed.store.line_count() != ends[-1]:
        raise Altered("The log was altered: there are lines beside those that were hashed.")
    if installed.store.node_count() != sum(installed.store.node_count(log.number) for log in logs):
        raise Altered("The log was altered: there are tiles of a log that is none of ours.")


def _signed_before(installed: Logged) -> None:
    """What was signed once, as the mark beside the database says, is still there. Raises Altered."""
    if not installed.store.holds_what_was_signed():
        raise Altered("The log was altered: it does not begin with what this machine knows to have been signed.")


def _continues(installed: Logged, lines: Sequence[bytes], before: Log) -> None:
    """A log that goes on after another says in its first line what was left of that, and then what key it had."""
    said, *more = map(parse_line, lines)
    held = (said.get("held"), said.get("held_root"))
    ours = installed.vault.number_of(str(said.get("origin")))
    if ours is None or held != (before.edge.size, before.edge.root.hex()):
        raise Altered("The log was altered: a log does not say of the one before it what is stored.")
    resigned = [one for one in more if one["fact"] == LogResigned.__name__]
    if resigned and resigned[0]["public"] != installed.vault.verifier(before.number).public.hex():
        raise Altered("The log was altered: a log was signed by another key than the log after it has archived.")


__all__ = ["verify_whole"]
