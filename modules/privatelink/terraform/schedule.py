"""Does work for several things at once, each after those it depends on."""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter

DEFAULT_JOBS = 4


def run_in_order(needs: Mapping[str, Collection[str]], work: Callable[[str], bool], jobs: int) -> None:
    """Do the work for each name, in up to `jobs` threads; after the first that fails, start no more.

    Arguments:
        needs: of each name those whose work has to be done before; others than the mapping's are left out.
        work: does the work for a name; returns whether to go on.

    Raises what `work` raises, when all that runs has ended.
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
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                name = running.pop(done)
                if done.result():
                    order.done(name)
                else:
                    goes_on = False
