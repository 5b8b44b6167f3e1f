# The service in one account, its consumer in another, each in a VPC of its own that is not the modules' to make.

terraform {
  required_version = ">= 1.9.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

variable "service_account" {
  description = "Number of the account that has the service"
  type        = string
  default     = "111111111111"
}

variable "consumer_account" {
  description = "Number of the account that has the consumer"
  type        = string
  default     = "222222222222"
}

provider "aws" {
  alias               = "service"
  region              = "ap-northeast-2"
  allowed_account_ids = [var.service_account]

  assume_role {
    role_arn = "arn:aws:iam::${var.service_account}:role/terraform"
  }
}

provider "aws" {
  alias               = "consumer"
  region              = "ap-northeast-2"
  allowed_account_ids = [var.consumer_account]

  assume_role {
    role_arn = "arn:aws:iam::${var.consumer_account}:role/terraform"
  }
}

# AZ IDs, since the names of zones differ between accounts.
locals {
  zones = { apne2-az1 = 0, apne2-az3 = 2 }
}

resource "aws_vpc" "service" {
  provider = aws.service

  cidr_block = "10.10.0.0/16"
}

resource "aws_subnet" "service" {
  provider = aws.service
  for_each = local.zones

  vpc_id               = aws_vpc.service.id
  availability_zone_id = each.key
  cidr_block           = cidrsubnet(aws_vpc.service.cidr_block, 4, each.value)
}

resource "aws_security_group" "targets" {
  provider = aws.service

  name        = "shop-targets"
  description = "What answers behind the load balancer"
  vpc_id      = aws_vpc.service.id
}

module "service" {
  source    = "../../../terraform/endpoint-service"
  providers = { aws = aws.service }

  name       = "shop"
  vpc_id     = aws_vpc.service.id
  subnet_ids = { for zone, subnet in aws_subnet.service : zone => subnet.id }

  targets = {
    addresses      = { blue = "10.10.0.10", green = "10.10.32.10" }
    security_group = { id = aws_security_group.targets.id }
  }
  listeners = [{ port = 443 }]

  allowed_principals = ["arn:aws:iam::${var.consumer_account}:root"]
}

resource "aws_vpc" "consumer" {
  provider = aws.consumer

  cidr_block           = "10.20.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "consumer" {
  provider = aws.consumer
  for_each = local.zones

  vpc_id               = aws_vpc.consumer.id
  availability_zone_id = each.key
  cidr_block           = cidrsubnet(aws_vpc.consumer.cidr_block, 4, each.value)
}

resource "aws_security_group" "clients" {
  provider = aws.consumer

  name        = "shop-clients"
  description = "Who may use the endpoint"
  vpc_id      = aws_vpc.consumer.id
}

module "endpoint" {
  source    = "../../../terraform/interface-endpoint"
  providers = { aws = aws.consumer, aws.accepter = aws.service }

  name       = "shop"
  vpc_id     = aws_vpc.consumer.id
  subnet_ids = { for zone, subnet in aws_subnet.consumer : zone => subnet.id }

  service_name = module.service.service_name
  ports        = [443]
  allow_from   = { clients = aws_security_group.clients.id, office = "10.20.48.0/20" }
  accept       = true

  hosted_zone = { name = "shop.internal" }
  names       = ["api.shop.internal"]
}

output "endpoint_state" {
  description = "State of the connection"
  value       = module.endpoint.endpoint_state
}
