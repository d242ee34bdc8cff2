"""The configuration for Domibus: both parties, every kind, for the profile with RSA that its default policy speaks.

Profile 2.0 is left out: which suite of Domibus speaks Ed25519 with X25519 differs from release to release.
"""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from gateway.core.as4 import Profile, names
from gateway.core.kit.contents import Files, Kit

_EB = names.PREFIXES["eb"]
_MPC = _EB + "defaultMPC"
_PUSH = _EB + "push"
_ONE_WAY = _EB + "oneWay"


def files(kit: Kit) -> Files:
    if Profile.EDELIVERY_1_15 not in kit.profiles:
        return {}
    return {"domibus/pmode.xml": pmode(kit).encode()}


def pmode(kit: Kit) -> str:
    """One configuration, whose own party is theirs."""
    inside = "\n".join(f"    {line}" for line in _processes(kit))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<!-- Upload it to Domibus as the P-Mode of {kit.theirs.id}. -->\n"
        f'<db:configuration xmlns:db="http://domibus.eu/configuration" party={quoteattr(kit.theirs.id)}>\n'
        "  <mpcs>\n"
        f'    <mpc name="defaultMpc" qualifiedName="{_MPC}" enabled="true" default="true"'
        ' retention_downloaded="0" retention_undownloaded="14400"/>\n'
        "  </mpcs>\n"
        f"  <businessProcesses>\n{inside}\n  </businessProcesses>\n"
        "</db:configuration>\n"
    )


def _processes(kit: Kit) -> Iterator[str]:
    legs = [(service, action) for service in ("records", "test") for action in kit.actions]
    yield from _tag("roles", (
        _leaf("role", name="initiator", value=names.INITIATOR), _leaf("role", name="responder", value=names.RESPONDER),
    ))  # fmt: skip
    yield from _parties(kit)
    yield from _tag("meps", (_leaf("mep", name="oneway", value=_ONE_WAY), _leaf("binding", name="push", value=_PUSH)))
    security = _leaf("security", name="rsa", policy="eDeliveryAS4Policy.xml", signatureMethod="RSA_SHA256")
    yield from _tag("securities", (security,))
    yield from _tag("errorHandlings", (
        _leaf(
            "errorHandling", name="errors", errorAsResponse="true", businessErrorNotifyProducer="true",
            businessErrorNotifyConsumer="true", deliveryFailureNotifyProducer="true",
        ),
    ))  # fmt: skip
    yield from _tag("agreements", (_leaf("agreement", name=one, value=one, type="") for one in kit.agreements))
    yield from _tag("services", (
        _leaf("service", name="records", value=kit.service), _leaf("service", name="test", value=kit.test_service),
        _leaf("service", name="ping", value=names.TEST_SERVICE),
    ))  # fmt: skip
    actions = [_leaf("action", name=one, value=one) for one in kit.actions]
    yield from _tag("actions", (*actions, _leaf("action", name="ping", value=names.TEST_ACTION)))
    yield from _tag("as4", (
        _leaf("receptionAwareness", name="retry", retry="720;30;CONSTANT", duplicateDetection="true"),
        _leaf("reliability", name="receipts", nonRepudiation="true", replyPattern="response"),
    ))  # fmt: skip
    yield from _tag("legConfigurations", (_leg(*one) for one in (*legs, ("ping", "ping"))))
    every = [*(f"{one}-{action}" for one, action in legs), "ping-ping"]
    for first, second in ((kit.theirs.id, kit.ours.id), (kit.ours.id, kit.theirs.id)):
        for agreement in ("", *kit.agreements):
            yield from _exchange(first, second, agreement, every)


def _parties(kit: Kit) -> Iterator[str]:
    types = {one: f"type{number}" for number, one in enumerate(sorted({kit.ours.party.type, kit.theirs.party.type}), 1)}
    yield "<parties>"
    yield from _inside(_tag("partyIdTypes", (_leaf("partyIdType", name=types[one], value=one) for one in types)))
    for one, endpoint in ((kit.ours, kit.ours.endpoint), (kit.theirs, kit.endpoint)):
        named = _leaf("identifier", partyId=one.id, partyIdType=types[one.party.type])
        yield f"  {_open('party', name=one.id, endpoint=endpoint)}"
        yield f"    {named}"
        yield "  </party>"
    yield "</parties>"


def _leg(service: str, action: str) -> str:
    return _leaf(
        "legConfiguration", name=f"{service}-{action}", service=service, action=action, defaultMpc="defaultMpc",
        reliability="receipts", security="rsa", receptionAwareness="retry", errorHandling="errors",
        compressPayloads="true",
    )  # fmt: skip


def _exchange(first: str, second: str, agreement: str, legs: Iterable[str]) -> Iterator[str]:
    """One for each agreement, and one for none: releases differ in whether a message that names an agreement fits a
    process without it.
    """
    named, under = (f"from-{first}-under-{agreement}", {"agreement": agreement}) if agreement else (f"from-{first}", {})
    yield _open(
        "process", name=named, **under, mep="oneway", binding="push", initiatorRole="initiator",
        responderRole="responder",
    )  # fmt: skip
    yield from _inside(_tag("initiatorParties", (_leaf("initiatorParty", name=first),)))
    yield from _inside(_tag("responderParties", (_leaf("responderParty", name=second),)))
    yield from _inside(_tag("legs", (_leaf("leg", name=one) for one in legs)))
    yield "</process>"


def _open(element: str, **attributes: str) -> str:
    return f"<{element} {' '.join(f'{name}={quoteattr(value)}' for name, value in attributes.items())}>"


def _leaf(element: str, **attributes: str) -> str:
    return f"{_open(element, **attributes)[:-1]}/>"


def _tag(element: str, inside: Iterable[str]) -> Iterator[str]:
    yield f"<{element}>"
    yield from _inside(inside)
    yield f"</{element}>"


def _inside(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
