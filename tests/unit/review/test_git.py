"""A file of another commit: from the folder on, and no reference or name is an option of Git."""

import subprocess
from pathlib import Path

import pytest

from privatelink.review.git import GitError, file_at


def git(folder, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository whose branch `base` has another policy than the working tree, which is in a subfolder."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "policy.yaml").write_text("base")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=base")
    git(tmp_path, "branch", "base")
    (here / "policy.yaml").write_text("changed")
    (here / "new.yaml").write_text("new")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=changed")
    monkeypatch.chdir(here)
    return tmp_path


@pytest.mark.parametrize(
    ("ref", "name", "content"),
    [
        ("base", "policy.yaml", b"base"),
        ("HEAD", "policy.yaml", b"changed"),
        ("base", "../here/policy.yaml", b"base"),
        ("base", "new.yaml", None),
        ("base", "../policy.yaml", None),
        ("base", "../../outside.yaml", None),
        ("base", "--output=injected", None),
    ],
)
def test_a_file_is_read_as_the_commit_has_it_from_this_folder_on(ref, name, content, repository):
    assert file_at(ref, Path(name), 100) == content


def test_an_absolute_path_is_the_same_file(repository):
    assert file_at("base", repository / "here/policy.yaml", 100) == b"base"


def test_no_more_is_returned_than_asked_for(repository):
    assert file_at("base", Path("policy.yaml"), 2) == b"ba"


@pytest.mark.parametrize("ref", ["nowhere", "--help", "--output=injected", "", "base:policy.yaml", "$(id)"])
def test_what_is_no_commit_is_refused(ref, repository):
    with pytest.raises(GitError, match="not a commit of this Git repository; fetch it first"):
        file_at(ref, Path("policy.yaml"), 100)
    assert not Path("injected").exists()


def test_a_folder_is_no_file(repository):
    with pytest.raises(GitError, match=r"base:\.\./here: not a file"):
        file_at("base", Path("../here"), 100)


def test_a_machine_without_git_is_told(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(GitError, match=r"git: No such file or directory; it reads the policy of another"):
        file_at("base", Path("policy.yaml"), 100)
