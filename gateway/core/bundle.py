"""One ZIP by which an outsider checks one disclosure, with the log's public key and nothing else of ours.

It holds log lines with their proofs under a signed checkpoint, the SOAP part of the message that left, and the
recipient's signed receipt. The line holds the SOAP part's digest; the receipt repeats what that part's signature
covers; so line, message and receipt belong together or the check fails.

Of a child with a stop flag the recipient's name is a location, and a line holds it. Its bundle is covered: of the line
there is the leaf hash and its proof, which show that the disclosure stood in the log under a signed checkpoint and tell
nothing of where it went. The line, once two people let it be shown, has that hash or is another.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.core import as4
from gateway.core.as4 import certificates
from gateway.core.facts import parse_line
from gateway.core.log import checkpoint, proof, tree
from gateway.core.log.note import Verifier
from gateway.core.log.proof import Proof
from gateway.core.terms import DisclosureId, digest

EPOCH = (1980, 1, 1, 0, 0, 0)
"""A ZIP needs a time; the same bundle has the same bytes."""

MOST_BYTES = 64 << 20
README = b"""This file proves one disclosure of children's records.

lines/N.json         a line of the disclosure log, as it was hashed
lines/N.proof        its proof under a signed checkpoint (c2sp.org/tlog-proof)
lines/N.json.spicy   the same proof for programs that nobody here wrote
soap.xml             the SOAP part of the message that left, if one left
receipt.xml          the recipient's signed receipt for it, if it has come

Check it with:   gateway log verify --bundle THIS.zip --key THE-LOG'S-PUBLIC-KEY
Or the lines alone, unpacked, with torchwood (filippo.io/torchwood/cmd/spicy, in Debian spicy-torchwood):
                 spicy -verify THE-LOG'S-PUBLIC-KEY lines/*.json
The lines name no child, school or person: those stand as salted commitments.
"""
COVERED_README = b"""This file proves that one disclosure of children's records is in the disclosure log.

It went to: your council. More is not said, because somebody must not learn where the child is.

covered.json         the number of the disclosure, and the hash of its line in the log (RFC 9162, section 2.1.1)
covered.proof        the proof of that hash under a signed checkpoint (c2sp.org/tlog-proof)

Check it with:   gateway log verify --bundle THIS.zip --key THE-LOG'S-PUBLIC-KEY
It proves that the line was in the log when the checkpoint was signed, and can never be changed. That the line is about
this disclosure is what the council says. Two of its safeguarding officers may let the line itself be shown: ask the
council. What is shown then has this very hash, or it is another line.
"""
YOUR_COUNCIL = "your council"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Lines with their proofs, in the order of the log, and the evidence beside them."""

    lines: tuple[tuple[bytes, Proof], ...]
    soap: bytes | None = None
    receipt: bytes | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """What is proved of a disclosure whose recipient is not told: the hash of its line, and where that stands."""

    disclosure: DisclosureId
    leaf: bytes
    proof: Proof


@dataclass(frozen=True, slots=True)
class Checked:
    """What a bundle proves: its lines as they read, how much of the evidence is there, and who countersigned it."""

    lines: tuple[dict[str, object], ...]
    size: int
    soap: bool
    receipt: bool
    witnesses: tuple[Verifier, ...] = ()


def covered(disclosure: DisclosureId, line: bytes, found: Proof) -> Covered:
    """The same line without what it says, under a checkpoint that names none of the partners who countersigned it."""
    alone = replace(found, checkpoint=checkpoint.uncosigned(found.checkpoint), extra=None)
    return Covered(disclosure, tree.leaf(line), alone)


def pack(bundle: Bundle | Covered) -> bytes:
    """The ZIP; the same bundle gives the same bytes."""
    return zipped(_covered_files(bundle) if isinstance(bundle, Covered) else _files(bundle))


def _files(bundle: Bundle) -> list[tuple[str, bytes]]:
    files = [("README.txt", README)]
    for at, (line, found) in enumerate(bundle.lines, 1):  # by order: two logs may have lines of one index
        files.append((f"lines/{at}.json", line))
        files.append((f"lines/{at}.proof", found.text().encode()))
        files.append((f"lines/{at}.json.spicy", found.spicy().encode()))
    files += [("soap.xml", bundle.soap)] if bundle.soap is not None else []
    return files + ([("receipt.xml", bundle.receipt)] if bundle.receipt is not None else [])


def _covered_files(bundle: Covered) -> list[tuple[str, bytes]]:
    said = {"disclosure": bundle.disclosure, "recipient": YOUR_COUNCIL, "leaf": bundle.leaf.hex()}
    return [
        ("README.txt", COVERED_README),
        ("covered.json", json.dumps(said, indent=1).encode()),
        ("covered.proof", bundle.proof.text().encode()),
    ]


def zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    """A ZIP of these, in their order; the same ones give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def pack_all(bundles: Mapping[str, Bundle]) -> bytes:
    """One ZIP of several bundles, each a ZIP by the id of its disclosure; the same ones give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(bundles):
            archive.writestr(zipfile.ZipInfo(f"{name}.zip", EPOCH), pack(bundles[name]))
    return made.getvalue()


def unpack_all(content: bytes) -> Mapping[str, Bundle | Covered]:
    """The opposite of ``pack_all``; a bundle of one disclosure stands under an empty name. Raises ValueError."""
    files = _unzipped(content)
    if not files or not all(name.endswith(".zip") for name in files):
        return {"": _covered_in(files) if "covered.json" in files else _bundle_in(files)}
    return {name.removesuffix(".zip"): unpack(each) for name, each in files.items()}


def unpack(content: bytes) -> Bundle:
    """The opposite of ``pack``. Raises ValueError for anything that is not a whole bundle; nothing is verified here."""
    return _bundle_in(_unzipped(content))


def _bundle_in(files: dict[str, bytes]) -> Bundle:
    numbers = sorted(int(_number(name)) for name in files if name.endswith(".json"))
    try:
        lines = tuple((files.pop(f"lines/{at}.json"), _proof(files, at)) for at in numbers)
    except KeyError as error:
        raise ValueError("a line or a proof is missing") from error
    files.pop("README.txt", None)
    made = Bundle(lines, files.pop("soap.xml", None), files.pop("receipt.xml", None))
    if files or not lines:
        raise ValueError("not a bundle")
    return made


def unpack_covered(content: bytes) -> Covered:
    """The same for a covered bundle: its three files as they were packed, and nothing beside them that tells more."""
    return _covered_in(_unzipped(content))


def _covered_in(files: Mapping[str, bytes]) -> Covered:
    try:
        said = json.loads(files["covered.json"])
        found = proof.parse(files["covered.proof"].decode())
        made = Covered(DisclosureId(said["disclosure"]), bytes.fromhex(said["leaf"]), found)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("not a bundle") from error
    if dict(_covered_files(made)) != files:
        raise ValueError("not a bundle")
    return made


def _unzipped(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise ValueError("the bundle is too large")
            return {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise ValueError("not a bundle") from error


def verify_covered(bundle: Covered, logs: Sequence[Verifier]) -> int:
    """Of how many lines the checkpoint is under which the hash stands. Raises ValueError with what does not hold."""
    return proof.verify_leaf(bundle.leaf, bundle.proof, _log_of(bundle.proof, logs)).size


def verify(bundle: Bundle, logs: Sequence[Verifier], witnesses: Sequence[Verifier] = ()) -> Checked:
    """Check everything. Raises ValueError with what does not hold, As4Error for a receipt that does not.

    ``logs`` are the keys of the council's logs: a disclosure may have lines in one and in the one that went on after
    it. Of ``witnesses`` those are told who countersigned the checkpoint of every line.
    """
    proved = [(line, found, _log_of(found, logs)) for line, found in bundle.lines]
    heads = [proof.verify(line, found, log) for line, found, log in proved]
    seen = [checkpoint.open_cosigned(found.checkpoint, log, witnesses).witnesses for _, found, log in proved]
    signed = tuple(one for one in witnesses if all(one in {each.verifier for each in some} for some in seen))
    lines = tuple(parse_line(line) for line, _ in bundle.lines)
    if len({str(line["disclosure"]) for line in lines if "disclosure" in line}) != 1:
        raise ValueError("the lines are not about one disclosure")
    if bundle.soap is not None:
        _check_soap(bundle.soap, lines)
    if bundle.receipt is not None:
        if bundle.soap is None:
            raise ValueError("a receipt without the message that it answers proves nothing")
        _check_receipt(bundle.receipt, bundle.soap, lines)
    size = max(head.size for head in heads)
    return Checked(lines, size, bundle.soap is not None, bundle.receipt is not None, signed)


def _log_of(found: Proof, logs: Sequence[Verifier]) -> Verifier:
    origin = checkpoint.shown(found.checkpoint).origin
    for log in logs:
        if log.name == origin:
            return log
    raise ValueError("a line is in a log whose key was not given")


def _proof(files: dict[str, bytes], at: int) -> Proof:
    """A line's proof, which the bundle holds in two forms: what they say must be the same."""
    found = proof.parse(files.pop(f"lines/{at}.proof").decode())
    if files.pop(f"lines/{at}.json.spicy") != found.spicy().encode():
        raise ValueError("the two proofs of a line differ")
    return found


def _check_soap(soap: bytes, lines: Sequence[dict[str, object]]) -> None:
    if not any(line["fact"] == "ParcelSealed" and line["soap"] == digest(soap) for line in lines):
        raise ValueError("no line holds the digest of this message")


def _check_receipt(receipt: bytes, soap: bytes, lines: Sequence[dict[str, object]]) -> None:
    delivered = [line for line in lines if line["fact"] == "ParcelDelivered" and line["receipt"] == digest(receipt)]
    if not delivered:
        raise ValueError("no line holds the digest of this receipt")
    signer = as4.carried_certificate(receipt)
    if certificates.fingerprint(signer) != delivered[0]["receipt_signed_by"]:
        raise ValueError("the receipt carries another certificate than the line says")
    found = as4.read_signal(as4.SOAP_CONTENT_TYPE, receipt, (signer,), as4.Rules())
    sealed = next(line for line in lines if line["fact"] == "ParcelSealed" and line["soap"] == digest(soap))
    if not isinstance(found, as4.Receipt) or found.ref_to is None or found.ref_to != sealed["message"]:
        raise ValueError("the receipt answers another message")
    as4.settles(found, found.ref_to, as4.references_in(soap))


def _number(name: str) -> str:
    number = name.removeprefix("lines/").removesuffix(".json")
    if not number.isdigit():
        raise ValueError("not a bundle")
    return number
