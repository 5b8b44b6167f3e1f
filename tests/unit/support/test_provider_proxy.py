"""The proxy before the AWS provider: what it takes out of a schema, and what it leaves."""

from tests.support.provider_proxy import fields, only


def message(number, content):
    """A field with a length, as protobuf encodes it."""
    length = len(content)
    encoded = [length & 0x7F | 0x80, length >> 7] if length > 0x7F else [length]
    return bytes([number << 3 | 2, *encoded]) + content


def entry(name, content=b"a block"):
    """An entry of a map from names to schemas."""
    return message(1, name.encode()) + message(2, content)


PROVIDER = message(1, b"the provider's own block")
FUNCTION = message(7, entry("arn_parse"))
LONG = message(2, entry("aws_lb", b"x" * 5000))
DATA = message(3, entry("aws_lb"))


def test_only_the_types_asked_for_are_left_and_all_that_is_no_type():
    schema = (
        PROVIDER
        + message(2, entry("aws_vpc"))
        + LONG
        + message(3, entry("aws_ami"))
        + DATA
        + message(8, entry("aws_ssm_parameter"))
        + FUNCTION
    )

    assert only({"aws_lb"}, schema) == PROVIDER + LONG + DATA + FUNCTION


def test_a_schema_whose_types_are_all_asked_for_is_left_as_it_is():
    schema = PROVIDER + LONG + DATA + FUNCTION

    assert only({"aws_lb", "aws_vpc"}, schema) == schema


def test_fields_tell_number_and_content():
    assert [(number, content) for number, _, content in fields(PROVIDER + message(2, b""))] == [
        (1, b"the provider's own block"),
        (2, b""),
    ]
