"""Reads the outputs of a stack."""

from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.documents import EndpointOutput, Outputs
from privatelink.terraform.stacks import Stack


def read_outputs(stack: Stack) -> Outputs:
    """Return the outputs of a stack; they are empty if it is not applied or not initialized."""
    try:
        return stack.outputs
    except TerraformError:
        # https://developer.hashicorp.com/terraform/cli/init#working-directory-contents
        if (stack.root.directory / ".terraform").is_dir():
            raise
        return {}


def verified_endpoint(outputs: Outputs) -> EndpointOutput | None:
    """Return the endpoint of a consumer whose path is verified; None if there is no endpoint.

    It is that of the field `endpoint`; if a consumer has only `endpoints`, the first of these by key.
    """
    if "endpoint_id" in outputs:
        service_name = outputs.get("connection_to_accept", {}).get("service_name", "")
        return {
            "endpoint_id": outputs["endpoint_id"],
            "service_name": service_name,
            "dns_names": outputs["endpoint_dns_names"],
        }
    return next((endpoint for _, endpoint in sorted(outputs.get("further_endpoints", {}).items())), None)
