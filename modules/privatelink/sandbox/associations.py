"""State Manager associations of Systems Manager, which moto lacks. They are kept; no document runs.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-state.html
"""

import re
import uuid
from typing import Final

from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ssm.exceptions import InvalidDocument, InvalidResourceId, SSMException
from moto.ssm.models import SimpleSystemManagerBackend

from privatelink.sandbox.filters import page
from privatelink.sandbox.untyped import Moto

RESOURCE_TYPE: Final = "Association"
LARGEST_PAGE: Final = 50
OF_AWS: Final = re.compile("aws|amazon|amzn", re.IGNORECASE)
"""How the names of AWS's own documents start; no other document may have such a name."""
SETTINGS: Final = (
    "AlarmConfiguration",
    "ApplyOnlyAtCronInterval",
    "AssociationDispatchAssumeRole",
    "AssociationName",
    "AutomationTargetParameterName",
    "CalendarNames",
    "ComplianceSeverity",
    "Duration",
    "MaxConcurrency",
    "MaxErrors",
    "OutputLocation",
    "Parameters",
    "ScheduleExpression",
    "ScheduleOffset",
    "SyncCompliance",
    "TargetLocations",
    "TargetMaps",
)
"""Parameters that an update removes if it does not have them."""
SUMMARY: Final = (
    "AssociationId",
    "AssociationName",
    "AssociationVersion",
    "DocumentVersion",
    "Duration",
    "InstanceId",
    "Name",
    "Overview",
    "ScheduleExpression",
    "ScheduleOffset",
    "TargetMaps",
    "Targets",
)
"""Attributes that a list shows."""
FILTERS: Final = ("AssociationId", "AssociationName", "InstanceId", "Name")


class Association:
    """An association of a document with managed nodes.

    Arguments:
        name: the document.
        instance_id: the managed node, if it is named outside the targets.
    """

    def __init__(self, name: str, instance_id: str | None) -> None:
        self.id = str(uuid.uuid4())
        self.created = utcnow()
        self.name = name
        self.instance_id = instance_id
        self.targets = [{"Key": "InstanceIds", "Values": [instance_id]}] if instance_id else []
        self.document_version = "$DEFAULT"
        self.versions: list[dict[str, Moto]] = []

    def update(self, request: Moto) -> None:
        """Make a new version from the parameters of a request."""
        self.name = request._get_param("Name") or self.name
        self.targets = request._get_param("Targets") or self.targets
        self.document_version = request._get_param("DocumentVersion") or self.document_version
        settings = {name: request._get_param(name) for name in SETTINGS}
        self.versions.append(
            {
                **{name: value for name, value in settings.items() if value is not None},
                "ApplyOnlyAtCronInterval": bool(settings["ApplyOnlyAtCronInterval"]),
                "AssociationId": self.id,
                "AssociationVersion": str(len(self.versions) + 1),
                "Date": self.created,
                "DocumentVersion": self.document_version,
                "InstanceId": self.instance_id,
                "LastUpdateAssociationDate": utcnow(),
                "Name": self.name,
                "Overview": {"Status": "Pending", "DetailedStatus": "Pending"},
                "Targets": self.targets,
            }
        )

    def version(self, wanted: str | None) -> dict[str, Moto]:
        """Return the description of a version; default: of the last.

        Raises:
            SSMException: there is no such version.
        """
        if wanted in (None, "$LATEST"):
            return self.versions[-1]
        for described in self.versions:
            if described["AssociationVersion"] == wanted:
                return described
        raise SSMException("InvalidAssociationVersion", "The version you specified isn't valid.")


def associations(backend: Moto) -> dict[str, Association]:
    """Return the associations of an account and Region; a reset of moto deletes them with its backend."""
    if not hasattr(backend, "associations_by_id"):
        backend.associations_by_id = {}
    found: dict[str, Association] = backend.associations_by_id
    return found


def find(request: Moto) -> Association:
    """Return the association that a request names by its ID, or by its document and instance.

    Raises:
        SSMException: there is none.
    """
    wanted = request._get_param("AssociationId")
    named = request._get_param("Name"), request._get_param("InstanceId")
    for item in associations(request.ssm_backend).values():
        if wanted == item.id or (wanted is None and named == (item.name, item.instance_id)):
            return item
    raise SSMException("AssociationDoesNotExist", "The specified association doesn't exist.")


def check_document(backend: Moto, name: str, version: str | None) -> None:
    """Check that a document of the account has a version; AWS's own and shared documents are not known.

    Raises:
        SSMException: there is no such document, or no such version.
    """
    if OF_AWS.match(name) or name.startswith("arn:"):
        return
    documents = backend._documents.get(name)
    if documents is None:
        raise InvalidDocument(f"Document with name {name} does not exist.")
    if version not in (None, "$DEFAULT", "$LATEST", *documents.versions):
        raise SSMException("InvalidDocumentVersion", f"Document version {version} of {name} does not exist.")


class Actions(BaseResponse):  # type: ignore[misc]
    """The SSM API actions on associations."""

    def create_association(self) -> ActionResult:
        """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateAssociation.html"""
        backend = self.ssm_backend
        name, instance_id = self._get_param("Name"), self._get_param("InstanceId")
        check_document(backend, name, self._get_param("DocumentVersion"))
        known = associations(backend)
        if instance_id and any(
            (item.name, item.instance_id) == (name, instance_id) for item in known.values()
        ):
            raise SSMException("AssociationAlreadyExists", "The specified association already exists.")
        made = Association(name, instance_id)
        made.update(self)
        known[made.id] = made
        tags = {tag["Key"]: tag["Value"] for tag in self._get_param("Tags", [])}
        backend.add_tags_to_resource(RESOURCE_TYPE, made.id, tags)
        return ActionResult({"AssociationDescription": made.version(None)})

    def describe_association(self) -> ActionResult:
        """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeAssociation.html"""
        described = find(self).version(self._get_param("AssociationVersion"))
        return ActionResult({"AssociationDescription": described})

    def update_association(self) -> ActionResult:
        """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateAssociation.html"""
        # `Name` may be another document.
        found = associations(self.ssm_backend).get(self._get_param("AssociationId"))
        if found is None:
            raise SSMException("AssociationDoesNotExist", "The specified association doesn't exist.")
        name, version = self._get_param("Name", found.name), self._get_param("DocumentVersion")
        check_document(self.ssm_backend, name, version)
        found.version(self._get_param("AssociationVersion"))
        found.update(self)
        return ActionResult({"AssociationDescription": found.version(None)})

    def delete_association(self) -> ActionResult:
        """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteAssociation.html"""
        found = find(self)
        del associations(self.ssm_backend)[found.id]
        self.ssm_backend._resource_tags[RESOURCE_TYPE].pop(found.id, None)
        return EmptyResult()

    def list_associations(self) -> ActionResult:
        """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListAssociations.html"""
        shown = [item.version(None) for item in associations(self.ssm_backend).values()]
        for wanted in self._get_param("AssociationFilterList", []):
            if wanted["key"] not in FILTERS:
                raise NotImplementedError(f"the filter {wanted['key']}")
            shown = [item for item in shown if item.get(wanted["key"]) == wanted["value"]]
        size = min(self._get_int_param("MaxResults") or LARGEST_PAGE, LARGEST_PAGE)
        try:
            items, token = page(shown, size, self._get_param("NextToken"), smallest=1)
        except EC2ClientError:
            raise SSMException("InvalidNextToken", "The specified token isn't valid.") from None
        summaries = [{name: item.get(name) for name in SUMMARY} for item in items]
        return ActionResult({"Associations": summaries, "NextToken": token})


def install() -> None:
    """Make moto keep the tags of associations."""
    check = SimpleSystemManagerBackend._validate_resource_type_and_id

    def _validate_resource_type_and_id(self: Moto, resource_type: str, resource_id: str) -> str:
        if resource_type != RESOURCE_TYPE:
            return str(check(self, resource_type, resource_id))
        if resource_id not in associations(self):
            raise InvalidResourceId
        return resource_id

    SimpleSystemManagerBackend._validate_resource_type_and_id = _validate_resource_type_and_id
