# What the module creates, with a mocked provider.

mock_provider "aws" {
  source = "../endpoint-service/tests/aws"

  mock_resource "aws_vpc" {
    defaults = { id = "vpc-0a1b2c3d4e5f60001" }
  }

  mock_resource "aws_subnet" {
    defaults = { id = "subnet-0a1b2c3d4e5f6000a" }
  }

  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/net/shop-nlb/0a1b2c3d4e5f6000" }
  }

  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:targetgroup/443-shop/0a1b2c3d4e5f6000" }
  }

  mock_resource "aws_vpc_endpoint_service" {
    defaults = {
      id                 = "vpce-svc-0a1b2c3d4e5f60001"
      service_name       = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0a1b2c3d4e5f60001"
      private_dns_name   = ""
      availability_zones = ["ap-northeast-2a"]
    }
  }
}

variables {
  name      = "shop"
  cidr      = "10.10.0.0/16"
  subnets   = { ap-northeast-2a = "10.10.0.0/20" }
  targets   = { addresses = { web = "10.10.0.10" } }
  listeners = [{ port = 443 }]
}

run "the_service_is_in_the_new_vpc" {
  assert {
    condition     = output.vpc_id == "vpc-0a1b2c3d4e5f60001" && keys(output.load_balancer_addresses) == keys(output.subnet_ids)
    error_message = "the load balancer is not in the subnets of the VPC"
  }

  assert {
    condition     = output.service_name == "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0a1b2c3d4e5f60001"
    error_message = "no service name for the consumers"
  }
}

run "the_inputs_reach_the_service" {
  command = plan

  variables {
    private_dns = { name = "api.example.com" }
  }

  assert {
    condition     = output.private_dns_name == "api.example.com"
    error_message = "the private DNS name is lost"
  }
}
