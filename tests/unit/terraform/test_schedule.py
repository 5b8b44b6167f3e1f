"""Work in the order of dependencies, several at a time."""

import _thread
import signal
import threading
import time

import pytest

from privatelink.terraform.schedule import run_in_order

DIAMOND = {"last": ["left", "right"], "left": ["first"], "right": ["first"], "first": []}


def test_each_comes_after_those_it_needs() -> None:
    done: list[str] = []

    def work(name: str) -> bool:
        assert set(DIAMOND[name]) <= set(done)
        time.sleep(0.01)
        done.append(name)
        return True

    run_in_order(DIAMOND, work, jobs=4)
    assert (done[0], set(done[1:3]), done[3]) == ("first", {"left", "right"}, "last")


def test_independent_ones_run_at_the_same_time() -> None:
    together = threading.Barrier(3, timeout=10)
    run_in_order({"a": [], "b": [], "c": []}, lambda _: together.wait() >= 0, jobs=3)


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_no_more_than_jobs_run_at_once(jobs: int) -> None:
    lock, running, most = threading.Lock(), [0], [0]

    def work(_name: str) -> bool:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.02)
        with lock:
            running[0] -= 1
        return True

    run_in_order({str(number): [] for number in range(8)}, work, jobs)
    assert most[0] == jobs


def test_after_a_failure_nothing_more_starts_and_what_runs_ends() -> None:
    failed = threading.Event()
    done: list[str] = []

    def work(name: str) -> bool:
        if name == "fails":
            failed.set()
            return False
        assert failed.wait(10)
        time.sleep(0.05)
        done.append(name)
        return True

    run_in_order({"fails": [], "runs": [], "third": [], "after": ["runs"]}, work, jobs=2)
    assert done == ["runs"]


def test_what_needs_others_than_these_does_not_wait_for_them() -> None:
    done: list[str] = []
    run_in_order({"a": ["elsewhere"]}, lambda name: not done.append(name), jobs=1)
    assert done == ["a"]


def test_a_fault_is_raised_when_what_runs_has_ended() -> None:
    done: list[str] = []

    def work(name: str) -> bool:
        if name == "faulty":
            raise ZeroDivisionError
        time.sleep(0.05)
        done.append(name)
        return True

    with pytest.raises(ZeroDivisionError):
        run_in_order({"faulty": [], "runs": []}, work, jobs=2)
    assert done == ["runs"]


def test_a_signal_that_does_not_end_a_wait_is_handled() -> None:
    handled = threading.Event()
    seen: list[bool] = []

    def work(_: str) -> bool:
        time.sleep(0.1)  # until the main thread waits
        _thread.interrupt_main()  # does not end its wait, as a signal that arrives just before
        seen.append(handled.wait(60))
        return True

    before = signal.signal(signal.SIGINT, lambda *_: handled.set())
    try:
        run_in_order({"a": []}, work, jobs=1)
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == [True]
