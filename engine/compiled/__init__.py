"""The compiled evaluator: generated Python, equal to the reference and fast.

It is kept equal by tests on random libraries and requests; the reference is the definition
(docs/decisions/0007-compiled-evaluator.md).
"""

from .evaluator import Compiled, Prepared
from .plan import Ruling
from .wire import JsonRequests, RefusedRequestError

__all__ = ["Compiled", "JsonRequests", "Prepared", "RefusedRequestError", "Ruling"]
