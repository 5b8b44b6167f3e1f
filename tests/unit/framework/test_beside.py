"""A further file beside the Terraform of a stack."""

from privatelink.framework import aws
from privatelink.framework.beside import write_beside


def test_the_file_is_in_the_folder_of_its_stack_alone(tmp_path):
    app = aws.App(outdir=str(tmp_path))
    stack = aws.TerraformStack(app, "with")
    aws.TerraformStack(app, "without")

    write_beside(stack, "notes.tf", "# é\n")
    app.synth()

    assert {path.name for path in (tmp_path / "stacks/with").iterdir()} == {"cdk.tf.json", "notes.tf"}
    assert (tmp_path / "stacks/with/notes.tf").read_text(encoding="utf-8") == "# é\n"
    assert {path.name for path in (tmp_path / "stacks/without").iterdir()} == {"cdk.tf.json"}
