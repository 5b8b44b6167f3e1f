"""Runs work for several items in parallel, each item after those that it depends on."""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter

DEFAULT_JOBS = 4
SIGNAL_SECONDS = 0.5
"""Maximum time of one wait of the main thread.

A signal that arrives just before a wait begins does not end it: Python runs its handler after the wait.
https://docs.python.org/3/library/signal.html#execution-of-python-signal-handlers
"""


def run_in_order(needs: Mapping[str, Collection[str]], work: Callable[[str], bool], jobs: int) -> None:
    """Run the work for each name, in up to `jobs` threads; after the first failure, start no more.

    If `work` raises, the exception is raised when all running work has ended.

    Arguments:
        needs: for each name, the names whose work must be done before; unknown names are ignored.
        work: does the work for a name, and returns whether to continue.
        jobs: maximum number of threads.
    """
    order = TopologicalSorter(
        {name: [need for need in before if need in needs] for name, before in needs.items()}
    )
    order.prepare()
    ready: list[str] = []
    running: dict[Future[bool], str] = {}
    goes_on = True
    with ThreadPoolExecutor(jobs) as threads:
        while True:
            ready += order.get_ready()
            while goes_on and ready and len(running) < jobs:
                name = ready.pop(0)
                running[threads.submit(work, name)] = name
            if not running:
                break
            for done in wait(running, SIGNAL_SECONDS, FIRST_COMPLETED).done:
                name = running.pop(done)
                if done.result():
                    order.done(name)
                else:
                    goes_on = False
