"""The forms on which people record what no agreement says: the decision form, and the request of the police."""

from gateway.core.forms import decision, police
from gateway.core.forms.decision import Controllers, Decided, DecisionForm, Dpia
from gateway.core.forms.fitting import misfits
from gateway.core.forms.lines import WORDS, Rule, wrong
from gateway.core.forms.police import PoliceForm, Result, Settled, Sought

NO_FORM = wrong(Rule.NOT_TOML)
"""The finding about a file that is neither."""

KINDS = {decision.KEY: decision, police.KEY: police}
"""Each form by the word on its first line: a module with ``from_toml``, ``to_toml`` and ``empty``."""

__all__ = [
    "KINDS",
    "NO_FORM",
    "WORDS",
    "Controllers",
    "Decided",
    "DecisionForm",
    "Dpia",
    "PoliceForm",
    "Result",
    "Settled",
    "Sought",
    "decision",
    "misfits",
    "police",
]
