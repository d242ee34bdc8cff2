"""The bare AS4 exchange, for comparison: open a message, answer with its receipt; no rules, no database, no log.

``python -m tests.bench.exchange FOLDER`` serves the machines' door of an installation that way, over the same TLS and
the same server, and says on which port.
"""

import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from gateway import wiring
from gateway.core import as4
from gateway.core.as4 import Opener, Registered, Signer, certificates
from gateway.core.partners import Partner
from gateway.core.terms import MessageId
from gateway.edge.server import Limits, Listener, Server, server_context
from gateway.flows import situations
from gateway.flows.closing import INITIATOR, RESPONDER, SERVICE
from gateway.wiring import Installation


def message(ours: Partner, theirs: Partner, name: str, content: bytes) -> as4.UserMessage:
    """A notice as ``flows.closing`` would address it."""
    disclosure = situations.new_id("d", os.urandom)
    return as4.UserMessage(
        message_id=MessageId(f"{situations.new_id('m', os.urandom)}@bench.example"),
        at=wiring.now(),
        sender=as4.Party(ours.id),
        recipient=as4.Party(theirs.id),
        sender_role=INITIATOR,
        recipient_role=RESPONDER,
        service=SERVICE,
        service_type=None,
        action="notice",
        agreement="kent-medway-cme.v1",
        conversation=disclosure,
        ref_to=None,
        properties=(
            ("originalSender", ours.id), ("finalRecipient", theirs.id), ("disclosureId", disclosure), ("purpose", "P06"),
        ),
        parts=(as4.Part(content, "application/xml", name),),
    )  # fmt: skip


def seal(sent: as4.UserMessage, signers: tuple[Signer, ...], theirs: Partner) -> as4.Sealed:
    found = certificates.agreed(signers, certificates.valid(theirs.pems("seal"), sent.at), theirs.profile)
    assert found is not None
    return as4.seal(sent, *found, os.urandom)


def application(opener: Opener, registered: Registered, signers: tuple[Signer, ...]) -> WSGIApplication:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        opened = as4.open_sealed(environ["CONTENT_TYPE"], body, opener, registered, as4.Rules())
        named = MessageId(f"{situations.new_id('r', os.urandom)}@bench.example")
        signer = certificates.answering(signers, [opened.signer])
        receipt = as4.receipt(opened, signer, named, wiring.now())
        start_response("200 OK", [("Content-Type", as4.SOAP_CONTENT_TYPE)])
        return [receipt]

    return answer


def serve(installed: Installation) -> Server:
    home, directory = installed.settings.homes[0], installed.store.register().directory
    pair = installed.vault.current(home, "tls")
    pems = [pem for partner in directory.partners.values() for pem in partner.pems("tls")]

    def registered(party: str) -> tuple[certificates.Certificate, ...]:
        partner = directory.find_text(party)
        return certificates.valid(partner.pems("sign"), wiring.now()) if partner else ()

    app = application(installed.vault.opener(home), registered, installed.vault.signers(home))
    context = server_context(pair.certificate_file, pair.key_file, pems)
    return Server((Listener("machines", "127.0.0.1", 0, app, context),), Limits(), wiring.told)


def main(folder: Path) -> None:
    server = serve(wiring.assemble(folder))
    server.start()
    sys.stdout.write(f"serving machines on {server.ports['machines']}, pages on none\n")
    sys.stdout.flush()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    server.stop(grace=5)


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main(Path(sys.argv[1]))
