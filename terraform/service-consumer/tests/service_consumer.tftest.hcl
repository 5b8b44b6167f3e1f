# What the module creates, with a mocked provider.

mock_provider "aws" {
  source = "../interface-endpoint/tests/aws"

  mock_resource "aws_vpc" {
    override_during = plan
    defaults        = { id = "vpc-0a1b2c3d4e5f60001" }
  }

  mock_resource "aws_subnet" {
    override_during = plan
    defaults        = { id = "subnet-0a1b2c3d4e5f6000a" }
  }
}

mock_provider "aws" {
  alias  = "accepter"
  source = "../interface-endpoint/tests/aws"
}

variables {
  name         = "shop"
  cidr         = "10.20.0.0/16"
  subnets      = { ap-northeast-2a = "10.20.0.0/20" }
  service_name = "com.amazonaws.ap-northeast-2.ssm"
  ports        = [443]
}

run "the_endpoint_is_in_the_new_vpc" {
  command = plan

  assert {
    condition     = output.vpc_id == "vpc-0a1b2c3d4e5f60001" && keys(output.endpoint_addresses) == keys(output.subnet_ids)
    error_message = "the endpoint is not in the subnets of the VPC"
  }

  assert {
    condition     = output.endpoint_state == "available"
    error_message = "the endpoint carries no traffic"
  }
}

run "the_inputs_reach_the_endpoint" {
  command = plan

  variables {
    hosted_zone = { name = "shop.internal" }
    names       = ["api.shop.internal"]
  }

  assert {
    condition     = keys(output.endpoint_names) == ["api.shop.internal"]
    error_message = "the names are lost"
  }
}
