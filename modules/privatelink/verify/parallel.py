"""Works on several items in parallel, in threads that do not keep the program from ending."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from privatelink.terraform.schedule import SIGNAL_SECONDS

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(
    items: Sequence[Item], work: Callable[[Item], Result], threads: int
) -> Iterator[tuple[int, Result]]:
    """Do the work for each item; yield the item's number and the result of each as it ends.

    The calling thread only waits, so that Ctrl-C interrupts it at once; the threads then end with the
    program. If `work` raises, the exception is raised here.

    Arguments:
        items: the items; work on them begins in this order.
        work: does the work for an item.
        threads: maximum number of threads.
    """
    waiting: queue.SimpleQueue[tuple[int, Item]] = queue.SimpleQueue()
    ended: queue.SimpleQueue[tuple[int, Callable[[], Result]]] = queue.SimpleQueue()
    for numbered in enumerate(items):
        waiting.put(numbered)

    def run() -> None:
        while True:
            try:
                number, item = waiting.get_nowait()
            except queue.Empty:
                return
            ended.put((number, _result(work, item)))

    for _ in range(min(threads, len(items))):
        # Not those of concurrent.futures: Python waits for these before it ends.
        threading.Thread(target=run, daemon=True).start()
    left = len(items)
    while left:
        try:
            number, result = ended.get(timeout=SIGNAL_SECONDS)
        except queue.Empty:
            continue
        left -= 1
        yield number, result()


def _result(work: Callable[[Item], Result], item: Item) -> Callable[[], Result]:
    """Return a function that returns the result of the work, or raises its exception."""
    try:
        result = work(item)
    except BaseException as error:
        failure = error

        def fail() -> Result:
            raise failure

        return fail
    return lambda: result
