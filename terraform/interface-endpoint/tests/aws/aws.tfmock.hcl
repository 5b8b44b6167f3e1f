# What the module finds: a VPC with a subnet in ap-northeast-2a, and a service of AWS with private DNS.

mock_data "aws_vpc" {
  defaults = {
    cidr_block      = "10.20.0.0/16"
    ipv6_cidr_block = "2001:db8:20::/56"
  }
}

mock_data "aws_subnet" {
  defaults = {
    vpc_id               = "vpc-0a1b2c3d4e5f60001"
    availability_zone    = "ap-northeast-2a"
    availability_zone_id = "apne2-az1"
  }
}

mock_data "aws_security_group" {
  defaults = {
    vpc_id = "vpc-0a1b2c3d4e5f60001"
  }
}

mock_data "aws_vpc_endpoint_service" {
  defaults = {
    service_id                    = "vpce-svc-0a1b2c3d4e5f60001"
    availability_zones            = ["ap-northeast-2a"]
    private_dns_name              = "ssm.ap-northeast-2.amazonaws.com"
    vpc_endpoint_policy_supported = true
  }
}

mock_data "aws_route53_zone" {
  defaults = {
    name = "shop.internal"
  }
}

# A check of the module looks at the state in each plan. (`override_during` needs Terraform 1.11.)
mock_resource "aws_vpc_endpoint" {
  override_during = plan
  defaults = {
    id             = "vpce-0a1b2c3d4e5f60001"
    state          = "available"
    service_region = "ap-northeast-2"
    dns_entry = [
      { dns_name = "vpce-0a1b2c3d4e5f60001-abcdefgh.ssm.ap-northeast-2.vpce.amazonaws.com", hosted_zone_id = "Z27UANNT0PRK1T" },
      { dns_name = "vpce-0a1b2c3d4e5f60001-abcdefgh-ap-northeast-2a.ssm.ap-northeast-2.vpce.amazonaws.com", hosted_zone_id = "Z27UANNT0PRK1T" },
    ]
  }
}

mock_resource "aws_vpc_endpoint_connection_accepter" {
  override_during = plan
  defaults = {
    vpc_endpoint_state = "available"
  }
}
