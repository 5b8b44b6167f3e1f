"""Errors and warnings of Terraform's, for people."""

from privatelink.terraform.diagnostics import Diagnostic, TerraformError


def test_diagnostic_is_readable() -> None:
    found = Diagnostic(
        "error", "it broke", "line one\n\nline two\n", "aws_lb.x", "cdk.tf.json", 7, 'resource "x"'
    )
    assert str(found) == (
        'error: it broke\n  at aws_lb.x, resource "x", cdk.tf.json:7\n  line one\n\n  line two'
    )
    assert str(Diagnostic("warning", "short")) == "warning: short"


def test_errors_come_after_warnings() -> None:
    found = [Diagnostic("error", "broken"), Diagnostic("warning", "odd")]
    assert str(TerraformError(["terraform", "apply"], 1, found)) == (
        "`terraform apply` ended with exit code 1\nwarning: odd\nerror: broken"
    )
