"""Blocks of Terraform's JSON in its native syntax."""

import pytest

from privatelink.hcl.blocks import OF_EVERY_RESOURCE, OF_TERRAFORM, block


def test_arguments_blocks_tags_and_life_come_in_terraforms_order():
    body = {
        "//": {"metadata": {}},
        "depends_on": ["aws_a.b", "module.c"],
        "lifecycle": {
            "create_before_destroy": True,
            "ignore_changes": ["tags", "disk[0].size"],
            "precondition": [{"condition": "${var.a}", "error_message": "no ${var.a}"}],
        },
        "name": "x",
        "disk": [{"size": 1}, {"size": 2, "key": {"id": "k"}}],
        "provider": "aws.other",
        "tags": {"Name": "x"},
    }

    assert block("resource", ("aws_a", "c"), body, {"disk": {"key": {}}, **OF_EVERY_RESOURCE}) == (
        'resource "aws_a" "c" {\n'
        "provider = aws.other\n\n"
        'name = "x"\n\n'
        "disk {\nsize = 1\n}\n\n"
        'disk {\nsize = 2\n\nkey {\nid = "k"\n}\n}\n\n'
        'tags = {\nName = "x"\n}\n\n'
        "lifecycle {\ncreate_before_destroy = true\nignore_changes = [tags, disk[0].size]\n\n"
        'precondition {\ncondition = var.a\nerror_message = "no ${var.a}"\n}\n}\n\n'
        "depends_on = [aws_a.b, module.c]\n"
        "}\n"
    )


def test_what_is_a_name_for_terraform_is_a_text_elsewhere():
    body = {"action": {"provider": "GitHub"}}

    assert 'provider = "GitHub"' in block("resource", ("aws_a", "b"), body, {"action": {}})


@pytest.mark.parametrize(
    ("kind", "labels", "body", "written"),
    [
        ("moved", (), {"from": "aws_a.b", "to": "aws_a.c"}, "moved {\nfrom = aws_a.b\nto = aws_a.c\n}\n"),
        (
            "import",
            (),
            {"to": "aws_a.b", "id": "vpc-1"},
            'import {\nto = aws_a.b\nid = "vpc-1"\n}\n',
        ),
        (
            "variable",
            ("a",),
            {"type": "list(string)", "default": [], "validation": {"condition": "${true}"}},
            'variable "a" {\ntype = list(string)\ndefault = []\n\nvalidation {\ncondition = true\n}\n}\n',
        ),
        (
            "module",
            ("a",),
            {"source": "./a", "providers": {"aws": "aws.b"}},
            'module "a" {\nsource = "./a"\nproviders = {\naws = aws.b\n}\n}\n',
        ),
        (
            "terraform",
            (),
            {"backend": {"s3": {"key": "k"}}, "required_providers": {"aws": {"source": "hashicorp/aws"}}},
            'terraform {\nbackend "s3" {\nkey = "k"\n}\n\n'
            'required_providers {\naws = {\nsource = "hashicorp/aws"\n}\n}\n}\n',
        ),
        (
            "check",
            ("a",),
            {"assert": [{"condition": "${a}"}]},
            'check "a" {\nassert {\ncondition = a\n}\n}\n',
        ),
        ("provider", ("aws",), {}, 'provider "aws" {}\n'),
    ],
)
def test_blocks_of_terraform(kind, labels, body, written):
    assert block(kind, labels, body, OF_TERRAFORM.get(kind, {})) == written


def test_dynamic_block():
    body = {"dynamic": {"disk": {"for_each": "${var.a}", "content": {"key": {"id": "${disk.value}"}}}}}

    assert block("resource", ("aws_a", "b"), body, {"disk": {"key": {}}}) == (
        'resource "aws_a" "b" {\ndynamic "disk" {\nfor_each = var.a\n\n'
        "content {\nkey {\nid = disk.value\n}\n}\n}\n}\n"
    )


def test_block_that_is_no_object_is_refused():
    with pytest.raises(ValueError, match=r"malformed block disk: 'x'; allowed: an object, or a list of"):
        block("resource", ("aws_a", "b"), {"disk": "x"}, {"disk": {}})
