"""The answers of EC2's actions are those that moto's own serializer makes."""

import datetime
import functools
import importlib
from typing import Any, ClassVar

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moto"), pytest.mark.usefixtures("extended")]

TIME = datetime.datetime(2026, 1, 2, 3, 4, 5, 678900)
SCALARS: dict[str, list[Any]] = {
    "blob": [b"\x00\xff", "text"],
    "boolean": [True, False, "true", "False", 0],
    "double": [1.5, 2],
    "float": [0, "1.25"],
    "integer": [0, 7, "12"],
    "long": [2**40],
    "string": ["a<b>&c", "", 5, True, '"quoted"', "\u00e9"],
    "timestamp": [TIME, TIME.replace(tzinfo=datetime.UTC), "2026-01-02T03:04:05Z", 1234567890],
}
DEEPEST = 9


def example(shape: Any, number: int, depth: int = 0) -> Any:
    """A value of a shape; other numbers give other values, and leave out other members."""
    if shape.type_name == "structure":
        return {
            name: example(member, number + place, depth + 1)
            for place, (name, member) in enumerate(shape.members.items())
            if depth < DEEPEST and (number + place) % 7
        }
    if shape.type_name == "list":
        return [example(shape.member, number + place, depth + 1) for place in range(number % 3)]
    values = SCALARS[shape.type_name]
    return values[number % len(values)]


@functools.cache
def model() -> Any:
    from moto.core.utils import get_service_model

    return get_service_model("ec2")


def both(action: str, result: Any, *, changed: bool = True) -> tuple[str, str]:
    """The answer of moto, and the sandbox's; with the values that moto changes, or without."""
    from moto.core.serialize import EC2Serializer, ResponseSerializer, XFormedAttributePicker
    from moto.ec2.responses import EC2Response

    changes = EC2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER if changed else {}

    def answer(serialize: Any) -> str:
        picker = XFormedAttributePicker(response_transformers=changes)
        serializer = EC2Serializer(model().operation_model(action), value_picker=picker)
        response = serialize(serializer, serializer._create_default_response(), result)
        assert response["headers"] == {"Content-Type": "text/xml"}
        return str(response["body"])

    assert EC2Serializer._serialize_result is not ResponseSerializer._serialize_result
    return answer(ResponseSerializer._serialize_result), answer(EC2Serializer._serialize_result)


def test_each_action_of_ec2() -> None:
    written = 0
    for action in model().operation_names:
        shape = model().operation_model(action).output_shape
        for number in range(2):
            of_moto, ours = both(action, example(shape, number) if shape else None, changed=False)
            assert ours == of_moto
            written += len(ours)
    assert written > 500_000


class Thing:
    """An object of moto with attributes of all kinds."""

    vpc_endpoint_type = "Interface"
    requester_managed = "false"

    class Meta:
        serialization_aliases: ClassVar = {"VpcId": "network", "OwnerId": "owner.number"}

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)

    @property
    def service_name(self) -> str:
        if self.name is None:
            raise AttributeError
        return str(self.name)

    ServiceName = None


class VpcEndpoint:
    """Moto also looks for members without the name of the class."""

    id = "vpce-1"
    Type = "Gateway"


class Slots:
    """An object without a dictionary."""

    __slots__ = ("state", "vpc_id")


class Anything:
    """An object that decides itself what it has."""

    def __getattr__(self, name: str) -> str:
        if name in ("vpc_id", "service_name"):
            return name
        raise AttributeError(name)


class Keys(dict[str, str]):
    """Not quite a dictionary."""


def things() -> list[Any]:
    slots = Slots()
    slots.state = "available"
    return [
        {},
        {"VpcId": "vpc-1", "vpc_id": "vpc-2", "state": "rejected"},
        {"vpc_id": None, "State": "available"},
        Keys(VpcId="vpc-3"),
        Thing(network="vpc-1", name="s", owner=Thing(number=5, name=None)),
        Thing(network=None, name=None, owner=None, dns_options={"DnsRecordIpType": "ipv4"}),
        Thing(name="x", tags=[{"key": "a", "value": "b", "resource_id": "c"}], subnet_ids=("s-1", "s-2")),
        Thing(name="x", tags=[], groups=[{}, {"GroupId": "sg-1"}, None], vpc_endpoint_type="Gateway"),
        VpcEndpoint(),
        slots,
        Anything(),
        None,
    ]


@pytest.mark.parametrize("number", range(12))
def test_objects_and_dictionaries(number: int) -> None:
    of_moto, ours = both("DescribeVpcEndpoints", {"VpcEndpoints": [things()[number]], "NextToken": None})
    assert ours == of_moto


def test_objects_of_one_type_with_other_attributes() -> None:
    items = [*things(), *things()[::-1]]
    of_moto, ours = both("DescribeVpcEndpoints", {"VpcEndpoints": items})
    assert ours == of_moto
    assert ours.count("<vpcEndpointId>vpce-1<") == 2


def test_a_kept_answer_is_motos_at_each_place() -> None:
    answers: Any = importlib.import_module("privatelink.sandbox.ec2_answers")
    shape = model().operation_model("DescribeVpcEndpoints").output_shape.members["VpcEndpoints"].member
    for number in range(8):
        kept = answers.KeptAnswer(example(shape, number))
        for _ in range(2):
            for action, result in (
                ("DescribeVpcEndpoints", {"VpcEndpoints": [kept, kept]}),
                ("CreateVpcEndpoint", {"VpcEndpoint": kept}),
            ):
                of_moto, ours = both(action, result)
                assert ours == of_moto
    assert not answers.KeptAnswer({}).contents


def test_values_that_moto_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.ec2.responses import EC2Response

    interface = {"NetworkInterfaceId": "eni-1", "Association": {}}
    for result in ({"NetworkInterfaces": [interface]}, {"NetworkInterfaces": [Thing(**interface)]}):
        of_moto, ours = both("DescribeNetworkInterfaces", result)
        assert ours == of_moto
        assert "association" not in ours
    of_moto, ours = both("AssociateIamInstanceProfile", {"IamInstanceProfileAssociation": {}})
    assert ours == of_moto
    assert "<state>associating<" in ours

    # moto adds and replaces functions while it runs.
    for shown in ("first", "second"):
        changes = EC2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER
        monkeypatch.setitem(changes, "KeyPairs.KeyPairInfo.PublicKey", lambda _, shown=shown: shown)
        of_moto, ours = both("DescribeKeyPairs", {"KeyPairs": [{"KeyName": "a"}]})
        assert ours == of_moto
        assert f"<publicKey>{shown}<" in ours


def test_kinds_of_objects_do_not_fill_the_memory() -> None:
    answers: Any = importlib.import_module("privatelink.sandbox.ec2_answers")
    shape = model().operation_model("DescribeVpcs").output_shape.members["Vpcs"].member
    text = answers.Structure(shape, answers.Place(("DescribeVpcs",), {}))
    for number in range(answers.MOST_KINDS * 3):
        assert text({f"other{number}": 1, "VpcId": "vpc-1"}) == "<vpcId>vpc-1</vpcId>"
    assert len(text._known) <= answers.MOST_KINDS


def test_a_pretty_answer_is_motos() -> None:
    from moto.core.serialize import EC2Serializer

    serializer = EC2Serializer(model().operation_model("DescribeVpcs"), pretty_print=True)
    body = serializer.serialize({"Vpcs": [{"VpcId": "vpc-1"}]})["body"]
    assert "\n\t\t\t<vpcId>vpc-1</vpcId>" in body


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<a><RequestId>x</RequestId></a>", "<a><RequestId>{0}</RequestId></a>"),
        ("<a><requestId>x</requestId></a>", "<a><requestId>x</requestId></a>"),
        (b"bytes", b"bytes"),
    ],
)
def test_the_id_of_a_request(body: str | bytes, expected: str | bytes) -> None:
    from moto.core.responses import BaseResponse

    headers, found = BaseResponse._enrich_response({"status": 200}, body)
    assert len(headers["x-amzn-requestid"]) > 20
    assert headers["status"] == "200"
    wanted = expected.format(headers["x-amzn-requestid"]) if isinstance(expected, str) else expected
    assert found == wanted
