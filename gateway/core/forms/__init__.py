"""The forms that people fill in by hand: the decision form, the request of the police, and the deletion return."""

from gateway.core.forms import decision, deletion, police
from gateway.core.forms.decision import Controllers, Decided, DecisionForm, Dpia
from gateway.core.forms.deletion import DeletionForm
from gateway.core.forms.fitting import misfits
from gateway.core.forms.lines import WORDS, Rule, wrong
from gateway.core.forms.police import PoliceForm, Result, Settled, Sought

NO_FORM = wrong(Rule.NOT_TOML)
"""The finding about a file that is none of them."""

KINDS = {decision.KEY: decision, police.KEY: police, deletion.KEY: deletion}
"""Each form by the word on its first line: a module with ``from_toml``, ``to_toml`` and ``empty``."""

__all__ = [
    "KINDS",
    "NO_FORM",
    "WORDS",
    "Controllers",
    "Decided",
    "DecisionForm",
    "DeletionForm",
    "Dpia",
    "PoliceForm",
    "Result",
    "Settled",
    "Sought",
    "decision",
    "deletion",
    "misfits",
    "police",
]
