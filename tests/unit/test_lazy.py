"""A property that is computed once, by one thread, while those of other objects are computed beside it."""

import threading

import pytest

from privatelink.lazy import lazy


class Counted:
    """Computes its value with a function of the test."""

    def __init__(self, compute):
        self.compute, self.times = compute, 0

    @lazy
    def value(self):
        """The value."""
        self.times += 1
        return self.compute()

    @lazy
    def doubled(self):
        return 2 * self.value


def test_it_is_computed_once():
    counted = Counted(lambda: 7)

    assert (counted.value, counted.doubled, counted.value, counted.times) == (7, 14, 7, 1)
    assert Counted.value.__doc__ == "The value."


def test_a_failure_is_not_kept():
    answers = iter([ValueError("no"), 7])

    def compute():
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    counted = Counted(compute)

    with pytest.raises(ValueError, match="no"):
        _ = counted.value
    assert counted.value == 7


def in_threads(*works):
    """Run each work in a thread, and wait until all have ended."""
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_objects_do_not_wait_for_each_other():
    # Each computation goes on only if the other one has begun.
    both = threading.Barrier(2, timeout=60)
    one, other = Counted(both.wait), Counted(both.wait)

    in_threads(lambda: one.value, lambda: other.value)

    assert sorted([one.value, other.value]) == [0, 1]


def test_threads_that_read_one_object_get_one_value():
    begun, go_on = threading.Event(), threading.Event()

    def compute():
        begun.set()
        go_on.wait()
        return object()

    counted, found = Counted(compute), []

    def second():
        begun.wait()
        go_on.set()
        found.append(counted.value)

    in_threads(lambda: found.append(counted.value), second)

    assert found[0] is found[1]
    assert counted.times == 1
