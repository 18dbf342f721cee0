"""The page of call records, `/support/call_record`: a shell and ES modules, which speak the contract and nothing else.

The files are public, as a log-in form is: they tell nothing of calls. Whatever they show they ask of the contract's
paths, which let in whom they let in.
"""

from .routes import PAGE, create_page_router

__all__ = ["PAGE", "create_page_router"]
