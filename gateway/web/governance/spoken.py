"""How the codes of information governance are said to people: one table for each, whole."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.core.facts import Excuse
from gateway.core.terms import Flag

FLAGS: Mapping[Flag, str] = MappingProxyType(
    {
        Flag.ADDRESS_CONFIDENTIAL: "The address is confidential",
        Flag.ADOPTED_IDENTITY: "Adopted: the old and the new name must not meet",
        Flag.PROTECTED_PERSON: "A protected person",
        Flag.RESTRICTED_RESPONSIBILITY: "A court order keeps somebody away",
        Flag.S47_LIVE: "A child-protection enquiry is going on (section 47)",
        Flag.REFERRER_CONFIDENTIAL: "Who referred the child is confidential",
        Flag.ASK_FIRST: "A partner asked to be asked first",
        Flag.DIED: "The school says that the child has died",
        Flag.RESTRICTION: "Somebody asked that nothing else be done with it (Article 18)",
        Flag.OBJECTION: "Somebody objected to its use (Article 21)",
        Flag.NHS_OPT_OUT: "The NHS number is not to be used",
    }
)

EXCUSES: Mapping[Excuse, str] = MappingProxyType(
    {
        Excuse.FAMILY_ASKED: "The family asked for it",
        Excuse.LEGAL_DUTY: "The law requires it",
        Excuse.COMPLETE_SERVICE: "The service could not be given without it",
        Excuse.FRAUD: "To prevent or detect fraud",
        Excuse.SERIOUS_HARM: "To prevent serious harm",
        Excuse.LEGAL_CLAIM: "For a legal claim",
        Excuse.PROTECT_ANOTHER: "To protect another person’s rights",
        Excuse.PUBLIC_INTEREST: "An important public interest",
        Excuse.COMPELLING_GROUND: "A compelling ground that overrides the objection",
    }
)
