"""A Dask cluster as an executor: bytes of submissions go out, JSON of reports comes back, no file system is shared.

`grade batch --cluster` opens a `Cluster`; `grader.batch` sees a crew like any other. A node is admitted when its grader
is this very one, else it is refused by name; one that joins later or comes back is asked the same.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from types import TracebackType
from typing import Any, NamedTuple, Self

from grader import catalogue
from grader.batch import Crew, CrewError
from grader.grading import basis, grade_as_text
from grader.model import Settings, SourceFile, Submission

try:
    import distributed
except ImportError:  # an extra that a single machine does not need
    distributed = None  # type: ignore[assignment]

CONNECT_SECONDS = 10.0
# Nodes of a batch system start minutes after each other, but the first one is waited for with somebody at the screen;
# a node that a submission has killed is back after two seconds.
NO_NODE_SECONDS = 60.0
_LOOK_SECONDS = 0.5
# Submissions with a node at a time: one in work, and the next one, so that it does not wait for the network.
_WITH_A_NODE = 2

Refused = Callable[[str, str], None]
"""Called with a node's name and what differs there."""


class NoClusterEngineError(Exception):
    """The extra `cluster` is not installed."""


class Cluster:
    """A connection to a Dask scheduler; a context manager."""

    def __init__(
        self, address: str, settings: Settings, refused: Refused, waiting: Callable[[], None] = lambda: None
    ) -> None:
        """Connect, and wait for a node that may grade; `waiting` is called when there is no node yet.

        Raises:
            NoClusterEngineError: Dask is not installed here.
            CrewError: nobody answers at the address, or no node may grade.
        """
        if distributed is None:
            raise NoClusterEngineError
        # What matters of it is told in our words; the second one has a level of its own.
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            # What is no address at all would leave half a client behind, which complains for a while when it is let go.
            distributed.comm.addressing.get_address_host_port(address, strict=False)
            self._client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as problem:
            raise CrewError(str(problem)) from problem
        self._executor = _Nodes(self._client, settings, refused)
        try:
            self._executor.wait_for_one(waiting)
        except BaseException:
            self._close()
            raise

    @property
    def crew(self) -> Crew:
        """Those who grade."""
        return Crew(new_executor=lambda: self._executor, size=self._executor.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        self._executor.shutdown(cancel_futures=True)
        self._client.close()


class _Order(NamedTuple):
    """Something to be done on any node."""

    future: Future[Any]
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


class _Nodes(Executor):
    """The admitted nodes, each with threads here that hand it one order after the other.

    Orders are addressed to one node: the scheduler would pass what killed a node on to the next three, and the node's
    other orders with it. Here they come back, and the death of a node breaks what it had, not the executor.
    """

    def __init__(self, client: Any, settings: Settings, refused: Refused) -> None:
        self._client = client
        self._settings = settings
        self._expected = basis(settings)
        self._refused = refused
        self._orders: queue.SimpleQueue[_Order] = queue.SimpleQueue()
        self._known: set[str] = set()
        self._admitted: set[str] = set()
        self._left_out: set[str] = set()
        self._ended = threading.Event()
        self._why_not = ""
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Run a function on one of the admitted nodes."""
        assert not named
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        self._orders.put(_Order(future, function, arguments))
        if self._why_not:
            self._give_up(self._why_not)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Take no more orders to the nodes."""
        if cancel_futures:
            self._ended.set()
            self._give_up("ended")

    def size(self) -> int:
        """How many nodes grade."""
        return len(self._admitted & self._present())

    def wait_for_one(self, waiting: Callable[[], None]) -> None:
        """Return when a node may grade.

        Raises:
            CrewError: none may, or none comes.
        """
        deadline = time.monotonic() + NO_NODE_SECONDS
        if not self._present():
            waiting()
        while not self.size():
            if self._why_not:
                raise CrewError(self._why_not)
            nodes = self._present()
            if nodes and nodes <= self._left_out:
                msg = "all_refused"
                raise CrewError(msg)
            if time.monotonic() > deadline:
                msg = "no_answer" if nodes else "no_node"
                raise CrewError(msg)
            time.sleep(_LOOK_SECONDS)

    def _present(self) -> set[str]:
        """The addresses of the nodes that are there; none while the scheduler does not answer."""
        try:
            return set(self._client.nthreads())
        except Exception:  # noqa: BLE001 - whatever Dask calls it: `_watch` sees whether the scheduler comes back
            return set()

    def _watch(self) -> None:
        """Ask whoever joins; give up when for long there is nobody."""
        last_seen = time.monotonic()
        while not self._ended.wait(_LOOK_SECONDS):
            present = self._present()
            for address in present - self._known:
                threading.Thread(target=self._admit, args=(address,), daemon=True).start()
            # An address that is gone may come back with another node behind it.
            self._known = present
            self._admitted &= present
            if self._is_cut_off():
                self._give_up("no_scheduler")
            elif self._admitted:
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen > 2 * NO_NODE_SECONDS:
                self._give_up("none_left")

    def _is_cut_off(self) -> bool:
        """Whether the connection to the scheduler has ended; one that was restarted at once is found again."""
        return self._client.status in {"closing", "closed"}

    def _admit(self, address: str) -> None:
        try:
            name, why_not = self._done(address, _admit_here, (self._settings, self._expected))
        except BrokenExecutor:
            return
        except Exception as problem:  # noqa: BLE001 - no grader there, or one that does not know this question
            name, why_not = address, f"{type(problem).__name__}: {problem}"
        if why_not:
            self._left_out.add(address)
            self._refused(name if name == address else f"{name} ({address})", why_not)
            return
        self._admitted.add(address)
        for _ in range(_WITH_A_NODE):
            threading.Thread(target=self._serve, args=(address,), daemon=True).start()

    def _serve(self, address: str) -> None:
        """Hand a node one order after the other, until it is gone."""
        while address in self._admitted and not self._ended.is_set():
            try:
                order = self._orders.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            if address not in self._admitted:
                self._orders.put(order)  # it died meanwhile, and not of this one
                return
            try:
                order.future.set_result(self._done(address, order.function, order.arguments))
            except BaseException as problem:  # noqa: BLE001 - it is whoever asked that has to deal with it
                order.future.set_exception(problem)

    def _done(self, address: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """What a function gives on a node.

        Raises:
            BrokenExecutor: the node died.
        """
        key = f"grade-{uuid.uuid4()}"
        try:
            remote = self._client.submit(_alone, function, *arguments, key=key, pure=False, workers=[address])
            return self._awaited(remote, address)
        except BrokenExecutor:
            self._forget(address)
            raise
        except Exception as problem:
            if self._is_cut_off():  # then it says nothing about what was ordered
                self._forget(address)
                raise BrokenExecutor(address) from problem
            raise  # the function's own

    def _awaited(self, remote: Any, address: str) -> Any:
        while True:
            try:
                return remote.result(timeout=_LOOK_SECONDS)
            except (distributed.KilledWorker, CancelledError) as problem:
                raise BrokenExecutor(address) from problem
            except TimeoutError:
                if remote.status == "error":
                    raise
                if self._ended.is_set() or address not in self._present():
                    remote.cancel(force=True)
                    raise BrokenExecutor(address) from None

    def _forget(self, address: str) -> None:
        """Give a dead node nothing more; whoever comes back under its address is asked again."""
        self._admitted.discard(address)
        self._known.discard(address)

    def _give_up(self, why: str) -> None:
        """End everything that waits for a node with the reason."""
        self._why_not = why
        while True:
            try:
                order = self._orders.get_nowait()
            except queue.Empty:
                return
            order.future.set_exception(CrewError(why))


# A judge does one thing at a time; a node may have been started with several threads.
_JUDGE = threading.Lock()


def _alone(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run on a node: what was ordered."""
    with _JUDGE:
        return function(*arguments)


def _admit_here(settings: Settings, expected: Mapping[str, str]) -> tuple[str, str]:
    """Run on a node: compare its grader with the driver's and warm it up; its name, and why it may not grade."""
    name = str(distributed.get_worker().name)
    here = basis(settings)
    differing = [f"{part} {here[part]} ≠ {value}" for part, value in expected.items() if here.get(part) != value]
    if not differing:
        solutions = [exercise.solution for exercise in catalogue.exercises().values()]
        files = tuple(SourceFile(name=path.name, data=path.read_bytes()) for path in solutions)
        grade_as_text(Submission(name=name, files=files), settings)
    return name, "; ".join(differing)
