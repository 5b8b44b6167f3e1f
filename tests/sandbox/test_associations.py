"""State Manager associations: made, read, changed, listed and deleted, with tags and AWS's errors."""

import json
import uuid
from typing import Any

import pytest

from tests.support.sandbox_fixtures import Account, refused

SHELL = "AWS-RunShellScript"
TARGETS = [{"Key": "tag:stage", "Values": ["test"]}]


@pytest.fixture
def ssm(consumer: Account) -> Any:
    return consumer.client("ssm")


def test_the_life_of_an_association(ssm: Any) -> None:
    asked = {
        "Name": SHELL,
        "AssociationName": "patches",
        "Targets": TARGETS,
        "Parameters": {"commands": ["true"]},
        "ScheduleExpression": "rate(1 day)",
        "MaxErrors": "10%",
        "OutputLocation": {"S3Location": {"OutputS3BucketName": "logs"}},
    }
    made = ssm.create_association(**asked)["AssociationDescription"]
    number = made["AssociationId"]
    assert str(uuid.UUID(number)) == number
    assert {name: made[name] for name in asked} == asked
    assert made["DocumentVersion"] == "$DEFAULT"
    assert made["AssociationVersion"] == "1"
    assert made["ApplyOnlyAtCronInterval"] is False
    assert made["Overview"]["Status"] == "Pending"
    assert not {"ComplianceSeverity", "SyncCompliance", "MaxConcurrency", "InstanceId"} & set(made)
    assert ssm.describe_association(AssociationId=number)["AssociationDescription"] == made

    # An update removes what it does not have, except the document and the targets.
    changed = ssm.update_association(AssociationId=number, MaxErrors="2")["AssociationDescription"]
    assert (changed["AssociationVersion"], changed["MaxErrors"]) == ("2", "2")
    assert (changed["Name"], changed["Targets"]) == (SHELL, TARGETS)
    assert not {"Parameters", "ScheduleExpression", "AssociationName", "OutputLocation"} & set(changed)
    for version, expected in (("1", made), ("2", changed), ("$LATEST", changed)):
        read = ssm.describe_association(AssociationId=number, AssociationVersion=version)
        assert read["AssociationDescription"] == expected
    with refused("InvalidAssociationVersion"):
        ssm.describe_association(AssociationId=number, AssociationVersion="3")

    ssm.delete_association(AssociationId=number)
    for action in (ssm.describe_association, ssm.delete_association, ssm.update_association):
        with refused("AssociationDoesNotExist"):
            action(AssociationId=number)


def test_an_association_of_one_instance(ssm: Any) -> None:
    of_it = {"Name": SHELL, "InstanceId": "i-0123456789abcdef0"}
    made = ssm.create_association(**of_it)["AssociationDescription"]
    assert made["Targets"] == [{"Key": "InstanceIds", "Values": [of_it["InstanceId"]]}]
    with refused("AssociationAlreadyExists"):
        ssm.create_association(**of_it)
    assert ssm.describe_association(**of_it)["AssociationDescription"] == made
    ssm.delete_association(**of_it)
    with refused("AssociationDoesNotExist"):
        ssm.describe_association(**of_it)


def test_documents_and_their_versions(ssm: Any) -> None:
    with refused("InvalidDocument", "nothing"):
        ssm.create_association(Name="nothing", Targets=TARGETS)
    steps = [{"action": "aws:runShellScript", "name": "one", "inputs": {"runCommand": ["true"]}}]
    ssm.create_document(
        Name="associated",
        DocumentType="Command",
        Content=json.dumps({"schemaVersion": "2.2", "description": "-", "mainSteps": steps}),
    )
    with refused("InvalidDocumentVersion"):
        ssm.create_association(Name="associated", DocumentVersion="2", Targets=TARGETS)
    made = ssm.create_association(Name="associated", DocumentVersion="1", Targets=TARGETS)
    number = made["AssociationDescription"]["AssociationId"]
    with refused("InvalidDocument"):
        ssm.update_association(AssociationId=number, Name="nothing")
    with refused("InvalidDocumentVersion"):
        ssm.update_association(AssociationId=number, DocumentVersion="2")
    read = ssm.describe_association(AssociationId=number)["AssociationDescription"]
    assert (read["DocumentVersion"], read["AssociationVersion"]) == ("1", "1")
    ssm.delete_association(AssociationId=number)
    ssm.delete_document(Name="associated")


def test_tags(ssm: Any) -> None:
    made = ssm.create_association(Name=SHELL, Targets=TARGETS, Tags=[{"Key": "team", "Value": "network"}])
    it = {"ResourceType": "Association", "ResourceId": made["AssociationDescription"]["AssociationId"]}
    ssm.add_tags_to_resource(**it, Tags=[{"Key": "stage", "Value": "test"}])
    ssm.remove_tags_from_resource(**it, TagKeys=["team"])
    assert ssm.list_tags_for_resource(**it)["TagList"] == [{"Key": "stage", "Value": "test"}]
    ssm.delete_association(AssociationId=it["ResourceId"])
    with refused("InvalidResourceId"):
        ssm.list_tags_for_resource(**it)
    with refused("InvalidResourceType"):
        ssm.list_tags_for_resource(ResourceType="Automation", ResourceId="x")


def test_lists_and_their_pages(stranger: Account) -> None:
    ssm = stranger.client("ssm")
    made = [
        ssm.create_association(Name=SHELL, AssociationName=f"number-{number}", Targets=TARGETS)
        for number in range(3)
    ]
    ids = [item["AssociationDescription"]["AssociationId"] for item in made]
    pages = ssm.get_paginator("list_associations").paginate(PaginationConfig={"PageSize": 2})
    read = [[item["AssociationId"] for item in page["Associations"]] for page in pages]
    assert read == [ids[:2], ids[2:]]
    (found,) = ssm.list_associations(AssociationFilterList=[{"key": "AssociationName", "value": "number-1"}])[
        "Associations"
    ]
    assert (found["AssociationId"], found["Targets"]) == (ids[1], TARGETS)
    assert "Parameters" not in found
    with refused("InvalidNextToken"):
        ssm.list_associations(NextToken="rubbish")
    with refused("UnsupportedOperation", "ResourceGroupName"):
        ssm.list_associations(AssociationFilterList=[{"key": "ResourceGroupName", "value": "x"}])
    for number in ids:
        ssm.delete_association(AssociationId=number)
