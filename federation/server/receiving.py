"""Threads that work on a call once its message is there, and not before.

grpcio hands a call to a thread when its headers are there; the thread then waits for the message. A
few clients that send headers and nothing more would hold every thread of a small pool. Here the
message is received first, without a thread, and a call whose message does not come is given up.
That also spares one change of threads and grpcio's futures: about a tenth of an empty call.
An answer that comes later (``Later``) holds no thread either: whoever settles it ends the call.

grpcio has no public way to do so. All that is used of its inside stands in this file, and
``fits`` says whether it is as it was when this was written; if it is not, ``call_pool`` gives a
plain pool with so many threads that a few idle clients do no harm.
"""

from __future__ import annotations

import inspect
import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from importlib import import_module
from typing import Any, ParamSpec, Protocol, TypeVar

from ..later import Later, Result
from ..refusal import RefusedCallError
from .limits import Limits
from .refusing import trailing_of

_LOGGER = logging.getLogger(__name__)
_server: Any = import_module("grpc._server")
cygrpc: Any = import_module("grpc._cython.cygrpc")

P = ParamSpec("P")
T = TypeVar("T")

_PARAMETERS = {
    "_unary_response_in_pool": "rpc_event state behavior argument_thunk request_deserializer "
    "response_serializer",
    "_stream_response_in_pool": "rpc_event state behavior argument_thunk request_deserializer "
    "response_serializer",
    "_receive_message": "state call request_deserializer",
    "_abort": "state call code details",
    "_is_rpc_state_active": "state",
    "_call_behavior": "rpc_event state behavior argument request_deserializer "
    "send_response_callback",
    "_status": "rpc_event state serialized_response",
}
_PLAIN_THREADS = 64
_NO_MESSAGE = b"the call ended before its message was whole"
_FAILED = b"the service failed on this call; nothing was decided"
_TOO_SLOW = b"the message of the call did not come in time"


class CallPool(Protocol):
    """What grpcio gives calls to."""

    @property
    def taken(self) -> int:
        """How many calls it was given."""
        ...

    @property
    def done(self) -> int:
        """How many of them are over."""
        ...

    @property
    def waits_for_no_one(self) -> bool:
        """Whether a behavior may give an answer that comes later."""
        ...

    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **more: Any) -> Any:
        """Take a call."""
        ...

    def give_up(self) -> None:
        """Give up calls whose message has not come in time; called on every arrival."""
        ...

    def shutdown(self) -> None:
        """Finish what was taken."""
        ...


def call_pool(limits: Limits) -> CallPool:
    """The best pool that the grpcio at hand allows."""
    return ReceivingPool(limits.threads, limits.silence) if fits() else PlainPool()


def fits() -> bool:
    """Whether grpcio's inside is what this file was written for."""
    for name, parameters in _PARAMETERS.items():
        function = getattr(_server, name, None)
        if function is None or " ".join(inspect.signature(function).parameters) != parameters:
            return False
    return all(hasattr(cygrpc, name) for name in ("ReceiveMessageOperation", "StatusCode"))


class PlainPool(ThreadPoolExecutor):
    """grpcio's own way: a thread for every call that waits."""

    def __init__(self) -> None:
        super().__init__(_PLAIN_THREADS, thread_name_prefix="call")
        self.taken = 0
        self._over = 0
        self._counting = threading.Lock()

    @property
    def done(self) -> int:
        """How many calls are over."""
        return self._over

    @property
    def waits_for_no_one(self) -> bool:
        """No: a thread waits for an answer that comes later."""
        return False

    def submit(self, fn: Callable[P, T], /, *arguments: P.args, **more: P.kwargs) -> Future[T]:
        """Take a call."""
        self.taken += 1
        future = super().submit(fn, *arguments, **more)
        future.add_done_callback(self._count)
        return future

    def _count(self, future: Future[Any]) -> None:
        del future
        with self._counting:
            self._over += 1

    def give_up(self) -> None:
        """Nothing: each waits in its thread until its connection is ended."""


class _Task:
    """One call; what grpcio sees of it is that it ends."""

    __slots__ = ("arguments", "begun", "on_end", "run")

    def __init__(self, run: Callable[..., Any], arguments: tuple[Any, ...], begun: float) -> None:
        self.run = run
        self.arguments = arguments
        self.begun = begun
        self.on_end: Callable[[_Task], None] = _nothing

    def add_done_callback(self, callback: Callable[[_Task], None]) -> None:
        """What grpcio wants done at the end; it asks before it looks at the next event."""
        self.on_end = callback


def _nothing(task: _Task) -> None:
    del task


class ReceivingPool:
    """Threads that are given a call when its message is there.

    ``submit``, ``give_up`` and the arrival of a message run in grpcio's one serving thread.
    """

    def __init__(self, threads: int, silence: float) -> None:
        self.taken = 0
        self._silence = silence
        self._over = [0] * (threads + 1)  # by thread; the last is grpcio's
        self._over_later, self._counting = 0, threading.Lock()
        self._coming: OrderedDict[int, _Task] = OrderedDict()
        self._ready: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, args=(place,), name=f"call_{place}", daemon=True)
            for place in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def done(self) -> int:
        """How many calls are over."""
        return sum(self._over) + self._over_later

    @property
    def waits_for_no_one(self) -> bool:
        """Yes."""
        return True

    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **more: Any) -> _Task:
        """Take a call and receive its message; ``fn`` runs grpcio's function of a call."""
        assert not more
        self.taken += 1
        _, event, state, _, _, deserializer, _ = arguments
        task = _Task(fn, arguments, time.monotonic())
        receive = _server._receive_message(state, event.call, deserializer)
        self._coming[id(task)] = task

        def arrived(received: Any) -> Any:
            finished = receive(received)
            self._coming.pop(id(task), None)
            if state.request is not None:
                self._ready.put(task)
            else:
                self._end_without_message(task)
            return finished

        state.due.add("receive_message")
        event.call.start_server_batch((cygrpc.ReceiveMessageOperation(0),), arrived)
        return task

    def give_up(self) -> None:
        """Give up calls whose message has not come in time."""
        while self._coming:
            task = next(iter(self._coming.values()))
            if time.monotonic() - task.begun < self._silence:
                return
            del self._coming[id(task)]
            _refuse(task, cygrpc.StatusCode.deadline_exceeded, _TOO_SLOW)

    def shutdown(self) -> None:
        """Finish what was taken."""
        for _ in self._threads:
            self._ready.put(None)
        for thread in self._threads:
            thread.join()

    def _end_without_message(self, task: _Task) -> None:
        _refuse(task, cygrpc.StatusCode.unimplemented, _NO_MESSAGE)
        self._over[-1] += 1
        task.on_end(task)

    def _work(self, place: int) -> None:
        while (task := self._ready.get()) is not None:
            is_over = True
            try:
                is_over = task.run(self._answered, task)
            except Exception:
                _LOGGER.exception("a call could not be ended")
            finally:
                if is_over:
                    self._over[place] += 1
                    task.on_end(task)
            del task  # a call that is kept keeps its connection

    def _answered(self, task: _Task) -> bool:
        """Answer a call; whether that is over, and not to come later."""
        in_pool, event, state, behavior, _, *serializers = task.arguments
        if in_pool is not _server._unary_response_in_pool:
            in_pool(event, state, behavior, partial(_taken, state), *serializers)
            return True
        cygrpc.install_context_from_request_call_event(event)
        try:
            reply, is_good = _server._call_behavior(
                event, state, behavior, _taken(state), serializers[0]
            )
        finally:
            cygrpc.uninstall_context()
        if is_good and isinstance(reply, Later):
            reply.then(partial(self._end_later, task))
            return False
        if is_good:
            _server._status(event, state, reply)
        return True

    def _end_later(self, task: _Task, result: Result) -> None:
        """End a call whose answer came later."""
        _, event, state, *_ = task.arguments
        try:
            if isinstance(result, bytes):
                _server._status(event, state, result)
            elif isinstance(result, RefusedCallError):
                state.trailing_metadata = trailing_of(result)
                code, words = _code(result), result.message.encode()
                _refuse(task, code, words)
            else:
                _refuse(task, cygrpc.StatusCode.internal, _FAILED)
        except Exception:
            _LOGGER.exception("a call could not be ended")
        finally:
            with self._counting:
                self._over_later += 1
            task.on_end(task)


def _code(refusal: RefusedCallError) -> Any:
    """The status of a refusal as grpcio's inside has it."""
    return getattr(cygrpc.StatusCode, refusal.status.name.lower())


def _taken(state: Any) -> Any:
    """The message of a call, which is kept no longer."""
    message, state.request = state.request, None
    return message


def _refuse(task: _Task, code: Any, words: bytes) -> None:
    """End a call before it is worked on."""
    _, event, state, *_ = task.arguments
    with state.condition:
        if _server._is_rpc_state_active(state):
            _server._abort(state, event.call, code, words)
