"""Why something may be left out of an answer: Schedules 2 to 4 to the Data Protection Act 2018, in plain words.

Schedule 2 paragraph 4, immigration, is the Secretary of State's alone and cannot be chosen here (law.md §1.3).
"""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.core.law.words import Exemption

EXEMPTIONS: Mapping[Exemption, str] = MappingProxyType(
    {
        Exemption.X2: "to say it would prejudice the prevention or detection of crime (Schedule 2 paragraph 2)",
        Exemption.X5: "the law or a court forbids it, or it is for legal proceedings (Schedule 2 paragraph 5)",
        Exemption.X16: "it is about somebody else (Schedule 2 paragraph 16)",
        Exemption.X3H: "health: to say it would cause serious harm (Schedule 3 part 2)",
        Exemption.X3S: "social work: to say it would cause serious harm (Schedule 3 part 3)",
        Exemption.X3E: "education: to say it would cause serious harm (Schedule 3 part 4)",
        Exemption.X3C: "child abuse: it is not in the child's interest to say it (Schedule 3 paragraph 21)",
        Exemption.X4S: "adoption, special needs or parental order records (Schedule 4)",
    }
)


def usable(code: str) -> Exemption:
    """The exemption of that code. Raises ValueError for one that is not a council's to use."""
    found = Exemption(code)
    if found not in EXEMPTIONS:
        raise ValueError("only the Secretary of State may use it")
    return found
