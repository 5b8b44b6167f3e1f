"""Files that commands write: complete, or as they were before."""

import os
import stat
import threading

import pytest

from privatelink.cli.files import check_writable, write_files
from privatelink.errors import UserError


def test_files_are_written_and_nothing_else(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("before")

    write_files({one: "1 ü", other: "2"})

    assert (one.read_text("utf-8"), other.read_text()) == ("1 ü", "2")
    assert sorted(tmp_path.iterdir()) == [one, other]


def test_the_mode_of_a_file_stays_and_a_new_one_has_the_usual_one(tmp_path):
    kept, new = tmp_path / "kept", tmp_path / "new"
    kept.touch()
    kept.chmod(0o640)
    before = os.umask(0o022)
    try:
        write_files({kept: "1", new: "2"})
    finally:
        os.umask(before)

    assert [stat.S_IMODE(path.stat().st_mode) for path in (kept, new)] == [0o640, 0o644]


def test_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.touch()
    link.symlink_to(target)

    write_files({link: "1"})

    assert link.is_symlink()
    assert target.read_text() == "1"


def test_a_pipe_is_written_to_and_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()

    check_writable([pipe])
    write_files({pipe: "1"})

    reader.join()
    assert read == ["1"]
    assert pipe.is_fifo()


def test_if_one_cannot_be_written_all_are_as_before(tmp_path):
    one = tmp_path / "one"
    one.write_text("before")

    with pytest.raises(UserError, match=r"cannot write '.*missing/other': No such file or directory"):
        write_files({one: "1", tmp_path / "missing/other": "2"})

    assert one.read_text() == "before"
    assert [*tmp_path.iterdir()] == [one]


def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path):
    path = tmp_path / ("x" * 255)

    write_files({path: "1"})

    assert path.read_text() == "1"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is a folder; name a file"),
        ("missing/file", "there is no folder"),
        ("file/file", "there is no folder"),
        ("x" * 256, "File name too long"),
        ("nul\0", "null"),
    ],
)
def test_what_cannot_be_written_is_told_in_one_line(tmp_path, name, why):
    (tmp_path / "file").touch()

    with pytest.raises(UserError, match=why) as error:
        check_writable([tmp_path / name])
    assert len(str(error.value).splitlines()) == 1


def test_a_folder_without_permission_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (tmp_path, os.W_OK))

    with pytest.raises(UserError, match="no permission to write"):
        check_writable([tmp_path / "file"])


def test_two_outputs_are_two_files(tmp_path):
    (tmp_path / "link").symlink_to("file")

    with pytest.raises(UserError, match="two outputs cannot be written to one file"):
        check_writable([tmp_path / "file", tmp_path / "link"])
