"""Where Terraform's state can be besides a bucket: in HCP Terraform, or in a folder."""

from typing import Annotated

from privatelink.topology.types.patterns import matches

Organization = Annotated[
    str,
    matches(
        r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        "organization",
        "letters, digits, hyphens and underscores",
        "take it from the address of its page, app.terraform.io/app/<organization>",
    ),
]
# https://developer.hashicorp.com/terraform/cloud-docs/api-docs/projects
Project = Annotated[
    str,
    matches(
        r"^[A-Za-z0-9_-][A-Za-z0-9 _-]{1,38}[A-Za-z0-9_-]$",
        "project",
        "3 to 40 letters, digits, spaces, hyphens and underscores",
        "give the project's name, not its id",
    ),
]
# A workspace's name has at most 90 characters, a stack's at most 65:
# https://developer.hashicorp.com/terraform/cloud-docs/workspaces/creating
WorkspacePrefix = Annotated[
    str,
    matches(
        r"^[A-Za-z0-9_-]*$",
        "workspace prefix",
        "at most 25 letters, digits, hyphens and underscores",
        "write it like `team-`",
        25,
    ),
]
HostName = Annotated[
    str,
    matches(
        r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(:[0-9]{1,5})?$",
        "host name",
        "a host name in lower case, a port after a colon if it is not 443",
        "write it like app.terraform.io, without https://",
    ),
]
# An absolute path would be that of one machine, and one that leads up might be another topology's.
Directory = Annotated[
    str,
    matches(
        r"^(?!(.*/)?\.\.(/|$))[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$",
        "directory",
        "a relative path without .., of letters, digits, dots, hyphens and underscores",
        "write it like `state`",
    ),
]
