# What the module finds: a VPC with a subnet in ap-northeast-2a, and targets in it.

mock_data "aws_vpc" {
  defaults = {
    arn                     = "arn:aws:ec2:ap-northeast-2:111122223333:vpc/vpc-0a1b2c3d4e5f60001"
    cidr_block              = "10.10.0.0/16"
    cidr_block_associations = [{ cidr_block = "10.10.0.0/16" }]
  }
}

mock_data "aws_subnet" {
  defaults = {
    vpc_id                     = "vpc-0a1b2c3d4e5f60001"
    availability_zone          = "ap-northeast-2a"
    availability_zone_id       = "apne2-az1"
    available_ip_address_count = 4000
  }
}

mock_data "aws_instance" {
  defaults = {
    subnet_id         = "subnet-0a1b2c3d4e5f6000a"
    availability_zone = "ap-northeast-2a"
    private_ip        = "10.10.0.20"
  }
}

mock_data "aws_subnets" {
  defaults = {
    ids = ["subnet-0a1b2c3d4e5f6000a"]
  }
}

mock_data "aws_autoscaling_group" {
  defaults = {
    vpc_zone_identifier = "subnet-0a1b2c3d4e5f6000a"
  }
}

mock_data "aws_lb" {
  defaults = {
    load_balancer_type = "application"
    vpc_id             = "vpc-0a1b2c3d4e5f60001"
    security_groups    = ["sg-0a1b2c3d4e5f6000b"]
  }
}

mock_data "aws_partition" {
  defaults = {
    partition = "aws"
  }
}

mock_data "aws_eip" {
  defaults = {
    public_ip = "203.0.113.10"
  }
}

mock_data "aws_route53_zone" {
  defaults = {
    name = "example.com"
  }
}

# A check of the module looks at the name in each plan. (`override_during` needs Terraform 1.11.)
mock_resource "aws_vpc_endpoint_service" {
  override_during = plan
  defaults = {
    id                 = "vpce-svc-0a1b2c3d4e5f60001"
    service_name       = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0a1b2c3d4e5f60001"
    private_dns_name   = ""
    availability_zones = ["ap-northeast-2a"]
  }
}
