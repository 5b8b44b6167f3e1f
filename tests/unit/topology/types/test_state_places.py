"""Where Terraform keeps the state, if not in a bucket."""

import pytest

from privatelink.topology.types.state_places import (
    Directory,
    HostName,
    Organization,
    Project,
    WorkspacePrefix,
)
from tests.support.rules import right, wrong
from tests.support.topology_cases import accepted, check_value_broken

ACCEPTED = {
    "organization": ((Organization, "acme_1"), "hcp-organization"),
    "project": ((Project, "Private link"), "hcp-project"),
    "project of 40": ((Project, "a" * 40), "hcp-project"),
    "no workspace prefix": ((WorkspacePrefix, ""), "hcp-workspace-prefix"),
    "workspace prefix of 25": ((WorkspacePrefix, "a" * 25), "hcp-workspace-prefix", "text-length"),
    "host": ((HostName, "app.terraform.io"), "hcp-hostname"),
    "host with a port": ((HostName, "tfe.acme.example:8443"), "hcp-hostname"),
    "current directory": ((Directory, "."), "state-directory"),
    "directory below": ((Directory, ".state/of-all"), "state-directory"),
}
CHARACTERS = "letters, digits, hyphens and underscores"
HOST = ("a colon and a port if the port is not 443", "write it like app.terraform.io, without https://")
DIRECTORY = ("a relative path without .., of letters, digits, dots, hyphens", "write it like state")
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "organization with a space": (
        "my org",
        Organization,
        "hcp-organization",
        CHARACTERS,
        "app.terraform.io/app/<organization>",
    ),
    "project of 2": (
        "ab",
        Project,
        "hcp-project",
        "3 to 40 letters, digits, spaces, hyphens and underscores",
        "not its ID",
    ),
    "workspace prefix of 26": (
        "a" * 26,
        WorkspacePrefix,
        "text-length",
        "26 characters",
        "shorten it to 25",
    ),
    "workspace prefix with a slash": (
        "a/",
        WorkspacePrefix,
        "hcp-workspace-prefix",
        CHARACTERS,
        "write it like team-",
    ),
    "URL": ("https://app.terraform.io", HostName, "hcp-hostname", *HOST),
    "host in capitals": ("App.terraform.io", HostName, "hcp-hostname", *HOST),
    "absolute directory": ("/state", Directory, "state-directory", *DIRECTORY),
    "directory above": ("state/../..", Directory, "state-directory", *DIRECTORY),
    "home directory": ("~/state", Directory, "state-directory", *DIRECTORY),
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)
