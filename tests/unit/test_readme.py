"""The README: every command in it exists, and each is run by a test or by CI."""

import re
import subprocess

import pytest

from tests.support.project import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
CI = (PROJECT / ".ci/run").read_text(encoding="utf-8")
RUN_HERE = {"help"}


def make_targets(text):
    return set(re.findall(r"make ([a-z][a-z-]*)", text))


def with_prerequisites(targets):
    """The targets and those make runs before them."""
    found = set(targets)
    for target in targets:
        (needs,) = re.findall(rf"^{target}:([^#\n]*)", MAKEFILE, re.MULTILINE)
        found |= with_prerequisites({need for need in needs.split() if not need.startswith("$")})
    return found


def test_every_make_target_in_the_readme_exists_and_is_run_by_ci():
    for target in make_targets(README):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target
        assert target in with_prerequisites(make_targets(CI)) | RUN_HERE, target


def test_help_lists_every_target():
    said = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout

    for target in " ".join(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)).split():
        assert re.search(rf"^  {target} +[A-Z]", said, re.MULTILINE), target


@pytest.mark.parametrize("page", sorted(PROJECT.glob("*.md")) + sorted((PROJECT / "docs").rglob("*.md")))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            found = page.parent / target
            assert found.exists() or list(found.parent.glob(f"{found.name}*")), target


def test_error_shown_in_the_readme_is_the_one_that_comes(tmp_path):
    from privatelink.topology.file import TopologyError, parse

    blocks = re.findall(r"```\w*\n(.*?)```", README, re.DOTALL)
    (example,) = (block for block in blocks if block.startswith("# topology.yaml"))
    (shown,) = (block for block in blocks if block.startswith("topology.yaml:"))
    assert parse(example)
    last = example.rindex("ap-northeast-2c")
    wrong = example[:last] + "ap-northeast-2b" + example[last + len("ap-northeast-2c") :]

    with pytest.raises(TopologyError) as error:
        parse(wrong, "topology.yaml")

    said = str(error.value)
    assert [line.strip() for line in shown.strip().splitlines()] == [
        line.strip() for line in said.strip().splitlines()
    ]
