"""The facts that the engine itself reads: the frame of every request, whatever the law."""

REQUESTER = "requester"
PURPOSE = "request.purpose"
RECIPIENTS = "request.recipients"
ON_BEHALF_OF = "request.on_behalf_of"
DIRECTED_BY = "user.directed_by"
INSTRUMENTS = "request.instruments"
CLAIMS = "request.claims"
REASON = "request.reason"
USER = "request.user"
RETRIES = "request.retries"
CASE_NUMBER = "case.number"
CASE_OFFENSE = "case.offense"
DATA_AGE = "data.age"
DATA_CAPTURED = "data.captured"

# The sets whose members are recipients beside the requester (docs/semantics.md, section 6).
RECIPIENT_SETS = (ON_BEHALF_OF, RECIPIENTS, DIRECTED_BY)

# Of these acts the age of data counts at the end of the period asked for.
KEEPING = frozenset({"keep", "preserve"})

# What one row of a search log asks for.
SEARCH = "search"
SEARCHED_DATA = "alpr_data"
