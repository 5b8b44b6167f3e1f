"""Launch templates: the tags of the template itself do not apply to its instances.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
"""

from typing import NotRequired, TypedDict

from moto.core.types import Base64EncodedString
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.utils import parse_user_data

from privatelink.sandbox.untyped import Moto


class TagSpecification(TypedDict):
    """The tags of one type of resource."""

    ResourceType: str


class VersionData(TypedDict):
    """The data of a version, with the keys that are changed here."""

    UserData: NotRequired[object]
    TagSpecifications: NotRequired[list[TagSpecification]]


def install() -> None:
    """Fix moto's versions: it adds the template's tags to the first one, and decodes user data only there."""
    create = LaunchTemplate.create_version

    def create_version(self: Moto, data: VersionData, description: str) -> Moto:
        if not isinstance(data.get("UserData"), Base64EncodedString):
            data["UserData"] = parse_user_data(data.get("UserData"))
        if specifications := data.get("TagSpecifications"):
            data["TagSpecifications"] = [
                item for item in specifications if item["ResourceType"] != "launch-template"
            ]
        return create(self, data, description)

    LaunchTemplate.create_version = create_version
