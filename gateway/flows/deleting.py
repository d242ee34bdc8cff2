"""A school's office tells its council by form whom it takes off the roll: at once, with no file and no UPN needed.

It goes the way of every file: decided, logged, shelved and answered, with its cases, watches and alarms.
"""

from datetime import datetime

from gateway.core import documents
from gateway.core.errors import Code, Refusal
from gateway.core.forms import DeletionForm, deletion
from gateway.core.records import Person
from gateway.core.terms import Flag, LaEstab, UploadId
from gateway.flows import intake
from gateway.flows.intake import Plan, Upload
from gateway.flows.ports import Gateway
from gateway.flows.reports import SENDERS
from gateway.flows.situations import new_id

GUARDED = frozenset({Flag.ADDRESS_CONFIDENTIAL})


def send(gateway: Gateway, person: Person, form: DeletionForm, at: datetime) -> tuple[str, Plan]:
    """Send one return from the person's own school; its name, and what was done and answered.

    Raises Refusal with NOT_ALLOWED for anybody but a school's own sender, and as ``intake.accept`` does.
    """
    school = gateway.store.register().directory.find(person.organisation)
    if person.role not in SENDERS or school is None or not school.kind.school or school.laestab is None:
        raise Refusal(Code.NOT_ALLOWED)
    upload = UploadId(new_id("u", gateway.draw))
    name, content = written(form, school.laestab, upload, at)
    protect = {1: GUARDED} if form.guarded else {}
    return name, intake.accept(gateway, Upload(upload, at, school.id, name, content, by=person.id, protect=protect))


def written(form: DeletionForm, school: LaEstab, case: str, at: datetime) -> tuple[str, bytes]:
    """The return as a file with its name."""
    made = deletion.message(form, school, case, at)
    return str(documents.file_name(made)), documents.write(made)
