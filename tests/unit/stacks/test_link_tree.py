"""A folder's content under a second name."""

import errno
import os

import pytest

from privatelink.stacks.link_tree import link_tree


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "old"
    (path / "deep/er").mkdir(parents=True)
    (path / "deep/er/run.sh").write_text("text")
    (path / "deep/er/run.sh").chmod(0o750)
    (path / "deep").chmod(0o700)
    (path / "link").symlink_to("deep")
    (path / "dangling").symlink_to("nothing")
    return path


def test_files_are_linked_and_symbolic_links_stay_what_they_are(folder, tmp_path):
    link_tree(folder, tmp_path / "new/place")

    new = tmp_path / "new/place"
    assert (new / "deep/er/run.sh").samefile(folder / "deep/er/run.sh")
    assert (new / "deep").stat().st_mode & 0o777 == 0o700
    assert os.fspath((new / "link").readlink()) == "deep"
    assert os.fspath((new / "dangling").readlink()) == "nothing"


def test_what_is_there_already_stays(folder, tmp_path):
    new = tmp_path / "new"
    (new / "deep/er").mkdir(parents=True)
    (new / "deep/er/run.sh").write_text("newer")
    (new / "dangling").write_text("newer")

    link_tree(folder, new)

    assert (new / "deep/er/run.sh").read_text() == (new / "dangling").read_text() == "newer"
    assert (folder / "deep/er/run.sh").read_text() == "text"


def test_names_are_left_out_in_the_folder_itself_alone(folder, tmp_path):
    (folder / "er").touch()

    link_tree(folder, tmp_path / "new", leave_out={"er"})

    assert not (tmp_path / "new/er").exists()
    assert (tmp_path / "new/deep/er").exists()


@pytest.mark.parametrize("code", [errno.EPERM, errno.EXDEV, errno.ENOTSUP])
def test_a_file_that_cannot_be_linked_is_copied(folder, tmp_path, monkeypatch, code):
    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refuse)

    link_tree(folder, tmp_path / "new")

    copy = tmp_path / "new/deep/er/run.sh"
    assert copy.read_text() == "text"
    assert copy.stat().st_mode & 0o777 == 0o750
    assert not copy.samefile(folder / "deep/er/run.sh")


def test_a_full_disk_is_not_hidden(folder, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", refuse)

    with pytest.raises(OSError, match="No space left"):
        link_tree(folder, tmp_path / "new")
