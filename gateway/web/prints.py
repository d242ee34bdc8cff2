"""A page as a PDF whose structure a screen reader follows (PDF/UA-1); nothing is fetched for it.

WeasyPrint comes with the extra ``[pdf]``. Without it pages are printed by the browser, as their print styles have them.
"""

import importlib
from importlib.util import find_spec


def ready() -> bool:
    """Whether this installation can make one."""
    return find_spec("weasyprint") is not None


def pdf(html: str) -> bytes:
    """The page as a tagged PDF: it has a title and a language, and its headings and tables stay what they are."""
    weasyprint, urls = map(importlib.import_module, ("weasyprint", "weasyprint.urls"))
    nothing = urls.URLFetcher(allowed_protocols=())
    made: bytes = weasyprint.HTML(string=html, url_fetcher=nothing).write_pdf(pdf_variant="pdf/ua-1")
    return made
