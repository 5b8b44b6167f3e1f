"""README and docs: their commands exist, are run by tests, and their links lead somewhere."""

import functools
import os
import re
import subprocess

import pytest

from privatelink.cli.app import COMMANDS, NEEDS, load
from privatelink.topology.file import TopologyError, parse
from tests.support import cli
from tests.support.pages import PAGES, commands, commands_tested_by
from tests.support.plan_facts import FOLDER as PLANS
from tests.support.project import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
CI = (PROJECT / ".ci/run").read_text(encoding="utf-8")
HERE = "tests/unit/test_readme.py::test_commands_run"
RUN_HERE = {"help", "review", "verify"}
# Those that write what is committed: a test of each compares it.
WRITERS = {"schema", "rules", "changes", "stub", "generated", "modules", "plans", "drawing", "format", "scan"}
# Long runs: a share of the first is in the fast tests; the others are for contributors.
SEARCHES = {"fuzz", "mutants", "test-acceptance"}
BLOCKS = [block for page in PAGES for block in commands(page)]
# A command in running text or in a block of any language; not in a heading or a sentence.
CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+(?:\n[^`\n]+)?)`", re.DOTALL)
PAGE_IDS = [str(page.relative_to(PROJECT)) for page in PAGES]


def code(page):
    """The code of a page, blocks and spans, a line each command."""
    for block, span in CODE.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines() or [span.replace("\n", " ")]:
            yield line.partition(" #")[0]


def make_targets(text):
    return set(re.findall(r"\bmake ([a-z][a-z-]*)", text))


def with_prerequisites(targets):
    """The targets and those make runs before them."""
    found = set(targets)
    for target in targets:
        (needs,) = re.findall(rf"^{target}:([^#\n]*)", MAKEFILE, re.MULTILINE)
        found |= with_prerequisites({need for need in needs.split() if not need.startswith("$")})
    return found


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 180


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_every_make_target_exists_and_is_run_by_ci(page):
    for target in make_targets("\n".join(code(page))):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target
        assert target in with_prerequisites(make_targets(CI)) | RUN_HERE | WRITERS | SEARCHES, target


def test_help_lists_every_target():
    said = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout

    for target in " ".join(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)).split():
        assert re.search(rf"^  {target} +[A-Z]", said, re.MULTILINE), target


@pytest.mark.parametrize(
    ("asked", "command"),
    [
        (["verify", "OUT=out", "CONSUMER=client"], "privatelink verify --out out --consumer client"),
        (["review", "PLAN=a.json b.json"], "privatelink review a.json b.json"),
        (["review"], "privatelink review cdktf.out"),
    ],
)
def test_targets_hand_their_variables_to_the_command(asked, command):
    # Not as a part of the make that runs the tests.
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    environment = {name: value for name, value in os.environ.items() if name not in outer}
    said = subprocess.run(
        ["make", "-n", *asked], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    ).stdout

    assert said.rstrip().endswith(command)


@functools.cache
def options(command):
    """The options of a subcommand, or of `privatelink` itself."""
    if not command:
        return {"--version", "--help", "--install-completion", "--show-completion"}
    return {"--help"} | {name for each in load(command).params for name in (*each.opts, *each.secondary_opts)}


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_every_subcommand_and_option_exists(page):
    for line in code(page):
        for name, rest in re.findall(r"(?<![\w/.-])(?<!from )privatelink ([a-z-]+)([^|;&#\n)]*)", line):
            command = "" if name.startswith("--") else name
            assert command in COMMANDS or not command, line
            for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", name + rest):
                assert option in options(command), line


def test_the_page_of_commands_has_every_command_and_its_extra():
    page = (PROJECT / "docs/commands.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([a-z]+)` \|.*\| (?:`([a-z]+)` )?\|$", page, re.MULTILINE))

    assert list(listed) == list(COMMANDS)
    for command, extra in listed.items():
        needed = NEEDS.get(command, ())
        assert extra == ("all" if len(needed) > 1 else "".join(needed)), command


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_every_block_of_commands_names_what_runs_it(block):
    if block.tested_by == ".ci/run":
        assert make_targets(block.text) <= with_prerequisites(make_targets(CI))
        return
    path, _, name = block.tested_by.partition("::")
    test = (PROJECT / path).read_text(encoding="utf-8")
    assert f"def {name}(" in test
    if f'{name}"' in test:
        return  # it asks for the block by this name, and runs it as it is
    for word in of_note(block.text):
        assert word in test.replace("_", "-"), word


def of_note(text):
    """Subcommands and options of the programs that a block runs."""
    for line in text.replace("\\\n", " ").splitlines():
        command = line.partition(" #")[0]
        yield from re.findall(r"\b(?:privatelink|terraform(?: -chdir=\S+)?|aws|-m) ([a-z][\w.-]+)", command)
        # The tests call AWS by boto3, whose arguments have other names than the options of AWS's CLI.
        if not command.startswith("aws "):
            yield from re.findall(r"(?<!\S)-{1,2}(?!chdir)([a-z][a-z-]+)", command)


@pytest.mark.parametrize("block", commands_tested_by(HERE), ids=str)
def test_commands_run(block, tmp_path):
    """In an empty folder with a topology, as a user has it."""
    (tmp_path / "topology.yaml").write_text((PROJECT / "topology.yaml").read_text())
    path = f"{PROJECT / '.venv/bin'}:{os.environ['PATH']}"

    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.text],
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def anchors(page):
    """What GitHub makes of headings: lower case, hyphens for spaces, no punctuation."""
    for heading in re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_links_lead_somewhere(page):
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)]+))?\)", page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        found = page.parent / target if target else page
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(found), f"{target}#{anchor}"


def test_every_page_is_reached_from_the_readme():
    seen, todo = set(), [PROJECT / "README.md"]
    while todo:
        page = todo.pop()
        if page in PAGES and page not in seen:
            seen.add(page)
            links = re.findall(r"\]\(([^)#:\s]+)", page.read_text(encoding="utf-8"))
            todo += [(page.parent / link).resolve() for link in links]

    assert [page for page in PAGES if page not in seen and page.parent.name != "adr"] == []


def test_error_shown_in_the_readme_is_the_one_that_comes():
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


def test_review_shown_in_the_readme_is_the_one_that_comes():
    (shown,) = re.findall(r"```\n(Do not apply.*?)```", README, re.DOTALL)

    ran = cli.run("review", PLANS / "load-balancer-renamed.json")

    assert ran.stdout.startswith(shown)


def test_the_page_of_the_layout_has_every_part_of_the_package():
    page = (PROJECT / "docs/layout.md").read_text(encoding="utf-8")
    package = page[page.index("## The package") :]
    parts = subprocess.run(
        ["git", "ls-files", "modules/privatelink"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    names = {f"{name.split('/')[2]}/" if name.count("/") > 2 else name.split("/")[2] for name in parts}

    listed = set(re.findall(r"^\| `([a-z_.]+/?)` \|", package, re.MULTILINE))

    assert listed == names - {"__init__.py", "__main__.py", "py.typed"}


TOP = """
.ci .gitignore .pre-commit-hooks.yaml CHANGELOG.md CONTRIBUTING.md Makefile Pipfile Pipfile.lock README.md
SECURITY.md action.yml cdktf.json docs examples main.py modules pyproject.toml terraform tests tools
topology.yaml
"""


def test_the_top_of_the_checkout_has_only_these_names():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout

    assert {name.partition("/")[0] for name in listed.splitlines()} == set(TOP.split())


def test_nothing_speaks_of_the_programs_of_before():
    searched = ["git", "grep", "-n", "python -m " + r"\(review\|verify\|accept\|hcl\)"]

    found = subprocess.run(searched, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert (found.returncode, found.stdout) == (1, "")
