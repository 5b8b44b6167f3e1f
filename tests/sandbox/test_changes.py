"""One request at a time, and word of what may have changed."""

import threading

import pytest

from privatelink.sandbox import changes


@pytest.fixture(autouse=True)
def nobody_else_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_listeners", [])


def test_every_listener_is_told_of_each_change_in_the_thread_of_the_request() -> None:
    told: list[tuple[str, int]] = []
    changes.after_change(lambda: told.append(("first", threading.get_ident())))
    changes.changed()
    changes.after_change(lambda: told.append(("second", threading.get_ident())))
    changes.changed()
    assert told == [(name, threading.get_ident()) for name in ("first", "first", "second")]


def test_nobody_has_to_listen() -> None:
    changes.changed()


def test_one_thread_at_a_time_has_the_lock_and_may_take_it_again() -> None:
    taken: list[bool] = []

    def other() -> None:
        taken.append(changes.LOCK.acquire(blocking=False))
        if taken[-1]:
            changes.LOCK.release()

    def ask() -> None:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    with changes.LOCK, changes.LOCK:
        ask()
    ask()
    assert taken == [False, True]
