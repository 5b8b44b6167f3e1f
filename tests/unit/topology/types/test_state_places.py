"""Places of Terraform's state besides a bucket."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.state_places import (
    Directory,
    HostName,
    Organization,
    Project,
    WorkspacePrefix,
)
from tests.support.topology_cases import accepted, broken_rule

ACCEPTED = {
    "organization": (Organization, "acme_1"),
    "project": (Project, "Private link"),
    "project of 40": (Project, "a" * 40),
    "no workspace prefix": (WorkspacePrefix, ""),
    "workspace prefix of 25": (WorkspacePrefix, "a" * 25),
    "host": (HostName, "app.terraform.io"),
    "host with a port": (HostName, "tfe.acme.example:8443"),
    "folder here": (Directory, "."),
    "folder below": (Directory, ".state/of-all"),
}
FOLDER = (
    "malformed directory",
    "a relative path without .., of letters, digits, dots, hyphens and underscores",
    "write it like `state`",
)
PREFIX = "at most 25 letters, digits, hyphens and underscores"
HOST = (
    "malformed host name",
    "a host name in lower case, a port after a colon if it is not 443",
    "write it like app.terraform.io, without https://",
)
BROKEN_VALUES = {
    "organization with a space": (
        Organization,
        "my org",
        Broken(
            "malformed organization",
            "letters, digits, hyphens and underscores",
            "take it from the address of its page, app.terraform.io/app/<organization>",
        ),
    ),
    "project of 2": (
        Project,
        "ab",
        Broken(
            "malformed project",
            "3 to 40 letters, digits, spaces, hyphens and underscores",
            "give the project's name, not its id",
        ),
    ),
    "workspace prefix of 26": (
        WorkspacePrefix,
        "a" * 26,
        Broken("workspace prefix of 26 characters", PREFIX, "shorten it to 25"),
    ),
    "workspace prefix with a slash": (
        WorkspacePrefix,
        "a/",
        Broken("malformed workspace prefix", PREFIX, "write it like `team-`"),
    ),
    "URL": (HostName, "https://app.terraform.io", Broken(*HOST)),
    "host in capitals": (HostName, "App.terraform.io", Broken(*HOST)),
    "absolute folder": (Directory, "/state", Broken(*FOLDER)),
    "folder above": (Directory, "state/../..", Broken(*FOLDER)),
    "home folder": (Directory, "~/state", Broken(*FOLDER)),
}


@pytest.mark.parametrize(("kind", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(kind, value):
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("kind", "value", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(kind, value, broken):
    assert broken_rule(kind, value) == broken
