"""Work in threads: how many at a time, in which order, and what a failure does."""

import _thread
import threading
import time

import pytest

from privatelink.verify.parallel import in_parallel


def test_so_many_items_are_worked_on_at_a_time():
    # Each one goes on only if three have begun.
    three = threading.Barrier(3, timeout=60)

    found = dict(in_parallel("abc", lambda item: (three.wait(), item)[1], threads=3))

    assert found == {0: "a", 1: "b", 2: "c"}


def test_no_more_than_that():
    found = in_parallel(range(20), lambda _: threading.current_thread(), threads=2)

    assert len({thread for _, thread in found}) <= 2


def test_one_thread_works_in_the_order_of_the_items():
    assert list(in_parallel("abc", str.upper, threads=1)) == [(0, "A"), (1, "B"), (2, "C")]


def test_results_come_as_they_end():
    second = threading.Event()

    def work(item):
        if item == "first":
            second.wait()
        return item

    results = in_parallel(["first", "second"], work, threads=2)

    assert next(results) == (1, "second")
    second.set()
    assert list(results) == [(0, "first")]


def test_nothing_to_do():
    assert list(in_parallel([], str.upper, threads=4)) == []


def test_an_exception_is_raised_where_the_results_are_read():
    def work(item):
        raise LookupError(item)

    with pytest.raises(LookupError, match="a"):
        list(in_parallel("a", work, threads=1))


def test_the_threads_do_not_keep_the_program_from_ending():
    daemons = list(in_parallel([0], lambda _: threading.current_thread().daemon, threads=1))

    assert daemons == [(0, True)]


def test_an_interrupt_that_does_not_end_a_wait_is_noticed():
    ended = threading.Event()
    waited = []

    def work(item):
        time.sleep(0.1)  # until the main thread waits
        _thread.interrupt_main()  # does not end its wait, as a signal that arrives just before
        waited.append(ended.wait(60))

    try:
        with pytest.raises(KeyboardInterrupt):
            list(in_parallel([0], work, threads=1))
        assert waited == []
    finally:
        ended.set()
