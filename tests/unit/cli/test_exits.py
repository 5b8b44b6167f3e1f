"""How a command ends: its exit code, what it prints, and no traceback for a user's mistake."""

import errno
import os
import subprocess
import sys

import pytest

from privatelink.cli import exits
from privatelink.errors import UserError


class RefusedError(UserError):
    exit_code = 1


class PlacedError(UserError):
    is_located = True


def failing(error: BaseException) -> int:
    def command() -> None:
        raise error

    return exits.ended(command)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UserError("no such zone"), 2, "error: no such zone\n"),
        (RefusedError("AWS said no"), 1, "error: AWS said no\n"),
        (PlacedError("topology.yaml:1:2: wrong"), 2, "topology.yaml:1:2: wrong\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (PermissionError(errno.EACCES, "Permission denied", "a/b"), 2, "error: a/b: Permission denied\n"),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "error: No space left on device\n"),
        (RecursionError(), 2, "error: the input is nested too deeply; check whether the file is damaged\n"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_user_can_mend_is_one_message(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(error) == code
    assert capsys.readouterr() == ("", said)


def test_a_fault_has_an_exit_code_of_its_own_and_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(ZeroDivisionError("boom")) == exits.FAULT == 3
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "boom" in said
    assert "internal error of privatelink" in said


@pytest.mark.parametrize(("answer", "code"), [(None, 0), (0, 0), (1, 1)])
def test_a_command_says_how_it_ended(answer: int | None, code: int) -> None:
    assert exits.ended(lambda: answer) == code
    with pytest.raises(SystemExit) as left:
        exits.leave(lambda: answer)
    assert left.value.code == code


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    program = (
        "import sys; from privatelink.cli.exits import leave\n"
        "leave(lambda: [print('x' * 1000) for _ in range(1000)] and None)"
    )
    read, write = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=write, stderr=subprocess.PIPE, text=True
    )
    os.close(write)
    os.close(read)
    _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (exits.BROKEN_PIPE, "")
