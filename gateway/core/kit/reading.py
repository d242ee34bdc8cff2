"""The page that a stranger follows, from nothing to a first test message and its receipt."""

from collections.abc import Iterator

from gateway.core.as4 import Profile, names
from gateway.core.documents import MARK
from gateway.core.kit.contents import Files, Kit
from gateway.core.partners import Channel

_PAGE = """# Connecting {them_name} to {us_name}

You run an AS4 access point of your own. Follow this page from top to bottom and you will have sent us a test message
and hold our signed receipt. Everything you need is in this ZIP. Nothing in it is secret.

## 1. Who is who

| | we | you |
|---|---|---|
| organisation | {us_name} | {them_name} |
| eb:PartyId | `{us}` | `{them}` |
| its type | `{us_type}` | `{them_type}` |
| address | `{us_address}` | {them_address} |

The eb:Role of whoever sends is `{initiator}`, of whoever receives `{responder}`, in both directions.

## 2. What we speak

ebMS3/AS4, one way, push; TLS 1.2 or 1.3 with a client certificate; one signed receipt with non-repudiation
information, or one signed error, in the HTTP response. One payload: the XML file, as a gzip-compressed attachment,
with the part properties MimeType, CompressionType and FileName (the name that the specimen has). Header, empty body and
attachment are signed, the attachment is encrypted after that. A message has the properties `originalSender` and
`finalRecipient`, PartyIds both. Ours also have `disclosureId`, `purpose` and sometimes `checkpoint`; take them or not.

{profiles}
## 3. Your keys

Make a pair for signing, one for decryption and one for TLS, and keep the private keys to yourself:

```sh
{commands}```

Send us the certificates (never a key){and_address}. We send nothing, and take nothing,
until two of our people have rung you up, on a number that they have from a directory and not from you, and heard the
SHA-256 fingerprints from you. `openssl x509 -in FILE -noout -fingerprint -sha256` says them.

## 4. Our certificates

They are in `certificates/`, as PEM and as DER. Ask for these fingerprints on the same call:

| file | SHA-256 | days left |
|---|---|---|
{prints}
Where several stand for one use, trust all of them: an old and a new one overlap. Encrypt for the one that lasts
longest.

## 5. Your P-Mode

{products}
For any other product: one P-Mode for each direction, with the parties and roles of section 1, Service
`{service}`, Action as in `services.csv`, no PayloadProfile and no PropertySet. AgreementRef may be
anything that you and we agree; ours are `{agreements}`.

## 6. A first sign of life

Send any payload with Service `{ping_service}` and Action
`{ping_action}`. You get a signed receipt, and nothing is
delivered. If not, `errors.csv` says what each answer means and what to do.

## 7. A first specimen

While you are being connected nothing about a real child goes either way. Specimens travel under a Service of their own,
`{test_service}`, with the same Actions, so that no system that was not told of it
can take one for real. In every specimen each child's surname begins with {mark}: we refuse a test message about a
child that does not, and a real one about a child that does.

Send `specimens/to-us/{first_folder}/{first_file}` with Service
`{test_service}` and Action `{first_action}`. The receipt says that it was read,
validated, held against the law and our agreements, and thrown away. That is your first exchange.

## 8. The rehearsal

Send one specimen of each kind that you will send. Specimens of your own are welcome, under the rule of section 7. Tell
us when you are ready for ours: we send `specimens/from-us/`, cut as a real one would be, and your system answers each
with a signed receipt. `services.csv` lists all {kinds} kinds, their schemas (in `schemas/`) and their specimens. We see
a table of what has passed.

## 9. Live

When two of our people have said so, use Service `{service}`. From then on specimens are refused.
Send a message that got no answer again with the same bytes and MessageId: you get the same receipt, and it is not
delivered twice.
"""


def files(kit: Kit) -> Files:
    first = next(one for one in kit.to_us if one.kind == "notice")
    none = _NO_ADDRESS.get(kit.theirs.channel, "")
    text = _PAGE.format(
        us=kit.ours.id, them=kit.theirs.id, us_name=kit.ours.name, them_name=kit.theirs.name,
        us_type=kit.ours.party.type, them_type=kit.theirs.party.type, us_address=kit.ours.endpoint,
        them_address=none or (f"`{kit.theirs.endpoint}`" if kit.theirs.endpoint else "not registered yet: tell us"),
        and_address="" if none else " and the address of your access point",
        initiator=names.INITIATOR, responder=names.RESPONDER, profiles="".join(map(_profile, kit.profiles)),
        commands="".join(_commands(kit)), prints="".join(_prints(kit)), products="".join(_products(kit)),
        service=kit.service, test_service=kit.test_service, agreements="`, `".join(kit.agreements[:3]),
        ping_service=names.TEST_SERVICE, ping_action=names.TEST_ACTION, mark=MARK, kinds=len(kit.actions),
        first_folder=f"{first.kind}-{first.version}", first_file=first.file.name, first_action=first.kind,
    )  # fmt: skip
    return {"README.md": text.encode()}


_NO_ADDRESS = {Channel.PULL: "none: you pull", Channel.MESH: "none: your mailbox"}

_SPOKEN = {
    Profile.EDELIVERY_1_15: "**{0}**: rsa-sha256 (RSA 3072), RSA-OAEP with SHA-256 and MGF1 SHA-256, AES-128-GCM.",
    Profile.EDELIVERY_2_0: "**{0}**: Ed25519, X25519 with HKDF-SHA-256 and AES-128 key wrap, AES-128-GCM.",
}


def _profile(profile: Profile) -> str:
    return _SPOKEN[profile].format(profile) + "\n\n"


def _commands(kit: Kit) -> Iterator[str]:
    """Of the oldest profile that both can: everybody's tools know it."""
    kinds = {"sign": "rsa:3072", "seal": "rsa:3072", "tls": "rsa:3072"}
    if Profile.EDELIVERY_1_15 not in kit.profiles:
        kinds = {"sign": "ed25519", "tls": "ed25519"}
    for role, kind in kinds.items():
        yield (
            f"openssl req -x509 -newkey {kind} -nodes -days 730 -subj /CN={kit.theirs.id} -keyout {role}.key.pem"
            f" -out {role}.crt.pem\n"
        )
    if "seal" not in kinds:
        yield "openssl genpkey -algorithm x25519 -out seal.key.pem   # your authority makes the certificate\n"


def _prints(kit: Kit) -> Iterator[str]:
    for one in kit.lines:
        yield f"| {one.name} | `{one.fingerprint}` | {one.days} |\n"


_DOMIBUS = """**Domibus**: upload `domibus/pmode.xml` under P-Mode, Current, put our certificates into its trust store
under the alias `{us}`, and our TLS certificate into that of its client authentication. The file
holds to the structure that Domibus' administration guide states; it was not run in a Domibus. If your release refuses a
line, tell us.

"""
_PHASE4 = """**phase4**: `phase4/PROFILE.properties` names every value of the P-Mode, each algorithm by its URI. A Java
program that reads nothing but this ZIP and its own keys exchanges messages with us in our own tests.

"""
_PULLED = """You have no server that we can reach: pull what waits for you from the MPC `{mpc}` with signed
eb:PullRequests, and answer each message with its receipt; both go to our address, in requests of their own. A request
has a MessageId that was never used and the time of today, and asks for one message; the warning EBMS:0006 says that
nothing waits. What you do not receipt comes again with the same bytes. While you are being connected each request
gets the next specimen; what you do not receipt comes anew after an hour.

"""
_MESHED = """You are reached over NHS MESH{mailbox}: what would be the body of a push goes as one message, as a MIME
entity with its own Content-Type, under the workflow that we agreed. Its receipt is a message of its own, under the same
workflow with `_ACK` at its end and the same local id.

"""


def _products(kit: Kit) -> Iterator[str]:
    if Profile.EDELIVERY_1_15 in kit.profiles:
        yield _DOMIBUS.format(us=kit.ours.id)
    yield _PHASE4
    if kit.theirs.channel is Channel.PULL:
        yield _PULLED.format(mpc=kit.theirs.mpc)
    if kit.theirs.channel is Channel.MESH:
        yield _MESHED.format(mailbox=f", in your mailbox `{kit.theirs.mailbox}`" if kit.theirs.mailbox else "")
