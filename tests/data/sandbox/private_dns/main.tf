# A private DNS name from its verification to an endpoint that answers to it, and what can change in place.
# The load balancer comes from outside: Terraform takes a minute to make one.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

variable "load_balancer_arn" { type = string }

# Off and on again: what a running system sees.
variable "changed" {
  type    = bool
  default = false
}

provider "aws" {
  region = "ap-northeast-2"
  default_tags { tags = { Project = "private-dns" } }
}

data "aws_caller_identity" "current" {}

resource "aws_route53_zone" "public" {
  name          = "terraform.example"
  force_destroy = true
}

resource "aws_vpc_endpoint_service" "this" {
  acceptance_required        = !var.changed
  network_load_balancer_arns = [var.load_balancer_arn]
  private_dns_name           = "api.terraform.example"
  supported_ip_address_types = ["ipv4"]
  supported_regions          = ["ap-northeast-2"]
  allowed_principals         = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
}

resource "aws_route53_record" "proof" {
  zone_id = aws_route53_zone.public.zone_id
  name = join(".", [
    aws_vpc_endpoint_service.this.private_dns_name_configuration[0].name,
    aws_vpc_endpoint_service.this.private_dns_name,
  ])
  type    = aws_vpc_endpoint_service.this.private_dns_name_configuration[0].type
  ttl     = 60
  records = [aws_vpc_endpoint_service.this.private_dns_name_configuration[0].value]
}

resource "aws_vpc_endpoint_service_private_dns_verification" "this" {
  service_id            = aws_vpc_endpoint_service.this.id
  wait_for_verification = true
  depends_on            = [aws_route53_record.proof]
}

resource "aws_vpc" "consumer" {
  cidr_block           = "10.60.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "consumer" {
  for_each          = { a = 0, b = 1, c = 2 }
  vpc_id            = aws_vpc.consumer.id
  availability_zone = "ap-northeast-2${each.key}"
  cidr_block        = cidrsubnet(aws_vpc.consumer.cidr_block, 8, each.value)
}

resource "aws_security_group" "endpoint" {
  for_each    = toset(["before", "after"])
  name        = each.key
  description = each.key
  vpc_id      = aws_vpc.consumer.id
}

resource "aws_vpc_endpoint" "this" {
  vpc_id             = aws_vpc.consumer.id
  service_name       = aws_vpc_endpoint_service.this.service_name
  service_region     = "ap-northeast-2"
  vpc_endpoint_type  = "Interface"
  ip_address_type    = "ipv4"
  security_group_ids = [aws_security_group.endpoint[var.changed ? "after" : "before"].id]
  subnet_ids         = [for zone in(var.changed ? ["a", "b", "c"] : ["a", "c"]) : aws_subnet.consumer[zone].id]
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "*", Resource = "*" }]
  })
  dns_options {
    dns_record_ip_type = "ipv4"
  }
  lifecycle {
    ignore_changes = [private_dns_enabled] # aws_vpc_endpoint_private_dns owns it
  }
  depends_on = [aws_vpc_endpoint_service_private_dns_verification.this]
}

resource "aws_vpc_endpoint_connection_accepter" "this" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.this.id
  vpc_endpoint_id         = aws_vpc_endpoint.this.id
}

resource "aws_vpc_endpoint_private_dns" "this" {
  vpc_endpoint_id     = aws_vpc_endpoint_connection_accepter.this.vpc_endpoint_id
  private_dns_enabled = true
}

# An endpoint of AWS's own, at an address of its owner's choice; a gateway endpoint; a private zone.

resource "aws_vpc_endpoint" "ssm" {
  vpc_id              = aws_vpc.consumer.id
  service_name        = "com.amazonaws.ap-northeast-2.ssm"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.endpoint["before"].id]
  subnet_ids          = [aws_subnet.consumer["a"].id]
  subnet_configuration {
    subnet_id = aws_subnet.consumer["a"].id
    ipv4      = "10.60.0.50"
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.consumer.id
  service_name      = "com.amazonaws.ap-northeast-2.s3"
  vpc_endpoint_type = "Gateway"
}

resource "aws_route53_zone" "private" {
  name = "internal.example"
  vpc {
    vpc_id = aws_vpc.consumer.id
  }
}

output "names" {
  value = aws_vpc_endpoint.this.dns_entry[*].dns_name
}
