"""Serving a table of handlers over gRPC: the gate of every call, limits, workers, swap, metrics.

``gate`` is what every call passes, whatever carries it; ``grpc_server`` carries it over gRPC;
``supervisor`` keeps the workers alive; ``config`` reads what an operator writes.
"""
