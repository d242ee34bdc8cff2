"""What each stage of one lawful disclosure costs, in this process, with a real store and real keys."""

from collections.abc import Iterator
from itertools import count

from gateway.core import decisions, documents, recipients, sharing
from gateway.core.decisions import Question
from gateway.core.partners import Carrier
from gateway.core.sample import SampleFile
from gateway.core.terms import DisclosureId, Outcome, UploadId, digest
from gateway.flows import closing, disclose, intake, questions, situations
from gateway.flows.intake import Upload
from gateway.flows.situations import Source
from tests.bench import files
from tests.bench.measuring import Aim, Figure, Scene, Watch, median_ratio
from tests.bench.peers import Peer, Unavailable, libraries
from tests.simulator import KENT, LARKMERE, MEDWAY, World, a_world, make_keys

STAGES = ("read", "decide", "extract", "seal", "record")
WORDS = {
    "read": "read, validate, rules",
    "decide": "decide",
    "extract": "extract",
    "seal": "seal, encrypt for rest",
    "record": "record (one commit)",
}
PUPILS = 30
DECIDED = Aim("under 5 ms", 5.0)
COMPARED = {"as4": Aim("no more than as4 0.2.0 seals", 1.0), "xmlsec": None}


def cost(scene: Scene) -> Iterator[Figure]:
    """Milliseconds for each stage of files of several sizes."""
    world, seeds = a_world_of(scene), count(1)
    for pupils, rounds in scene.size.pupils:
        watch, size = Watch(), 0
        for _ in range(rounds):
            made = files.leavers(pupils, next(seeds))
            size = len(made.content)
            _through(world, made, watch)
        group = f"stages, {pupils} pupil{'s'[: pupils > 1]}"
        for stage in STAGES:
            yield Figure(group, WORDS[stage], watch.ms(stage), "ms", note=f"{size / 1000:.0f} kB")


def deciding(scene: Scene) -> Iterator[Figure]:
    """Milliseconds for one decision: what is asked is gathered from the file and the register, and answered."""
    world, watch = a_world_of(scene), Watch()
    gateway = world.kent.gateway
    here = situations.of(gateway, LARKMERE, world.clock())
    for number in range(4 * scene.size.rounds + 1):
        made = files.leavers(PUPILS, 20_000 + number)
        document = documents.read(made.name, made.content, here.rulebook.schemas).document
        assert document is not None
        (to,) = recipients.of(document, here.home, here.register.directory, here.at.date(), {})
        source = Source(UploadId(situations.new_id("u", gateway.draw)), document, "0")
        taken = Watch() if number == 0 else watch  # the first round warms the tables up
        decision = taken.time("decide", lambda: questions.decide(source, to, here))  # noqa: B023  (called at once)
        assert decision.outcome is Outcome.RELEASE and len(decision.pupils) == PUPILS, decision.reasons
    slowest = f"{1000 * max(watch.seconds['decide']):.1f} ms the slowest of {4 * scene.size.rounds}"
    yield Figure(f"one decision, {PUPILS} pupils", "gather and decide", watch.ms("decide"), "ms", DECIDED, slowest)


def beside_peers(scene: Scene) -> Iterator[Figure]:
    """The whole disclosure of one file to one recipient, beside what others take to sign and encrypt its bytes."""
    world, watch, group = a_world_of(scene), Watch(), f"whole disclosure, {PUPILS} pupils"
    vault = world.kent.vault
    ours, theirs = vault.current(KENT, "sign"), world.medway.vault.current(MEDWAY, "seal")
    known: dict[str, Peer] = {}
    missing: dict[str, str] = {}
    for name, open_peer in libraries(scene.peers).items():
        try:
            known[name] = open_peer(ours, theirs)
        except Unavailable as reason:
            missing[name] = str(reason)
    for number in range(scene.size.rounds + 1):
        made = files.leavers(PUPILS, 10_000 + number)
        path = scene.folder / made.name
        path.write_bytes(made.content)
        taken = Watch() if number == 0 else watch  # the first round warms everybody up
        taken.time("ours", lambda: _whole(world, made))  # noqa: B023  (called at once)
        for name, peer in known.items():
            taken.add(name, peer.time(path)["protect"].seconds)
    for peer in known.values():
        peer.close()
    yield Figure(group, "ours: read, decide, extract, seal, record", watch.ms("ours"), "ms")
    for name, aim in COMPARED.items():
        if name in missing:
            yield Figure(group, f"{name}: sign and encrypt", None, "ms", note=missing[name])
            yield Figure(group, f"ours to {name}", None, "times", aim, missing[name])
        else:
            yield Figure(group, f"{name}: sign and encrypt", watch.ms(name), "ms", note=known[name].version)
            ratio = median_ratio(watch.seconds["ours"], watch.seconds[name])
            least = min(watch.seconds["ours"]) / min(watch.seconds[name])
            yield Figure(group, f"ours to {name}", ratio, "times", aim, f"{least:.2f} in the best rounds")


def a_world_of(scene: Scene, kent: str = "") -> World:
    """Both councils with their keys and fresh databases, or Kent's where it is named."""
    folder, keys = scene.folder, scene.folder / "keys"
    if not keys.exists():
        make_keys(keys)
    fresh = next(path for number in count() if not (path := folder / f"world-{number}").exists())
    fresh.mkdir()
    urls = {home: f"sqlite:///{fresh / home}.sqlite" for home in (KENT, MEDWAY)}
    return a_world(keys, urls | ({KENT: kent} if kent else {}))


def _whole(world: World, made: SampleFile) -> None:
    plan = world.upload(made.content, made.name)
    assert len(plan.record.parcels) == 1, plan.answer


def _through(world: World, made: SampleFile, watch: Watch) -> None:
    """What ``intake.accept`` does, one stage after the other."""
    gateway = world.kent.gateway
    upload = Upload(UploadId(situations.new_id("u", gateway.draw)), world.clock(), LARKMERE, made.name, made.content)
    here = situations.of(gateway, LARKMERE, world.clock())
    schemas = here.rulebook.schemas
    document = watch.time("read", lambda: documents.read(made.name, made.content, schemas)).document
    assert document is not None
    (to,) = recipients.of(document, here.home, here.register.directory, here.at.date(), {})
    directory, rules = here.register.directory, here.rulebook
    assert to.recipient is not None
    asked = Question(
        to.purpose, directory.get(to.discloser), directory.get(to.recipient), document, to.pupils, here.at.date(),
        Carrier.AS4, here.carriers,
    )  # fmt: skip
    decision = watch.time(
        "decide", lambda: decisions.decide(asked, rules.purposes, rules.classes, here.register.agreements, schemas)
    )
    extract = watch.time("extract", lambda: sharing.extract(document, decision, schemas))
    source, disclosure = Source(upload.id, document, "0"), DisclosureId(situations.new_id("d", gateway.draw))
    through = disclose.receiver(directory.get(to.recipient), here)
    parcel = closing.parcel_for(source, to, decision, here, disclosure, through)
    whom = disclose.organisation_join(to.recipient, gateway.draw)
    watch.time("seal", lambda: closing.close(parcel, extract, through, whom, here))
    plan = intake.plan_for(upload, digest(made.content), here, gateway.vault.sign_note)
    watch.time("record", lambda: gateway.store.record(plan.record))
