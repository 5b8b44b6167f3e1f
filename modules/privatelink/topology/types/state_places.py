"""Where Terraform keeps the state, if not in a bucket: in HCP Terraform, or in a directory."""

from typing import Annotated

from privatelink.rule import Rule
from privatelink.topology.types.patterns import matches

_CLOUD_BLOCK = "https://developer.hashicorp.com/terraform/cli/cloud/settings"
ORGANIZATION = Rule(
    "hcp-organization",
    what="malformed organization",
    allowed="letters, digits, hyphens and underscores",
    fix="copy it from the address of its page, app.terraform.io/app/<organization>",
    why="HCP Terraform finds the workspaces by the name of the organization.",
    page=_CLOUD_BLOCK,
)
PROJECT = Rule(
    "hcp-project",
    what="malformed project",
    allowed="3 to 40 letters, digits, spaces, hyphens and underscores",
    fix="give the project's name, not its ID",
    why="HCP Terraform has no project with a name of another form.",
    page="https://developer.hashicorp.com/terraform/cloud-docs/api-docs/projects",
)
# A workspace name has at most 90 characters, a stack name at most 65.
WORKSPACE_PREFIX = Rule(
    "hcp-workspace-prefix",
    what="malformed workspace prefix",
    allowed="letters, digits, hyphens and underscores",
    fix="write it like team-",
    why="The prefix and the stack name make the workspace name, which has these characters only.",
    page="https://developer.hashicorp.com/terraform/cloud-docs/workspaces/creating",
)
HOST_NAME = Rule(
    "hcp-hostname",
    what="malformed host name",
    allowed="a host name in lower case, with a colon and a port if the port is not 443",
    fix="write it like app.terraform.io, without https://",
    why="Terraform connects to HCP Terraform or Terraform Enterprise at a host name, always over HTTPS.",
    page=_CLOUD_BLOCK,
)
# An absolute path would be that of one machine, and one that leads up might be another topology's.
DIRECTORY = Rule(
    "state-directory",
    what="malformed directory",
    allowed="a relative path without .., of letters, digits, dots, hyphens and underscores",
    fix="write it like state",
    why="An absolute path exists on one machine only, and .. may lead to the state of another topology.",
    page="https://developer.hashicorp.com/terraform/language/backend/local",
)
RULES = (ORGANIZATION, PROJECT, WORKSPACE_PREFIX, HOST_NAME, DIRECTORY)

Organization = Annotated[str, matches(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", ORGANIZATION)]
Project = Annotated[str, matches(r"^[A-Za-z0-9_-][A-Za-z0-9 _-]{1,38}[A-Za-z0-9_-]$", PROJECT)]
WorkspacePrefix = Annotated[str, matches(r"^[A-Za-z0-9_-]*$", WORKSPACE_PREFIX, longest=25)]
HostName = Annotated[
    str,
    matches(
        r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(:[0-9]{1,5})?$",
        HOST_NAME,
    ),
]
Directory = Annotated[str, matches(r"^(?!(.*/)?\.\.(/|$))[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", DIRECTORY)]
