# A service and its consumer as people write them by hand: for_each, a module, count. Every plan of
# tests/data/plans is a plan of this configuration, applied once, with an edit of tests/plans/scenarios.py.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "ap-northeast-2"
}

locals {
  zones   = { "ap-northeast-2a" = "10.10.0.0/24", "ap-northeast-2b" = "10.10.1.0/24", "ap-northeast-2c" = "10.10.2.0/24" }
  offered = ["ap-northeast-2a", "ap-northeast-2c"]
}

resource "aws_vpc" "provider" {
  cidr_block = "10.10.0.0/16"
}

resource "aws_subnet" "provider" {
  for_each          = local.zones
  vpc_id            = aws_vpc.provider.id
  availability_zone = each.key
  cidr_block        = each.value
}

resource "aws_security_group" "nlb" {
  name_prefix = "nlb-"
  vpc_id      = aws_vpc.provider.id
}

resource "aws_vpc_security_group_ingress_rule" "nlb_from_consumers" {
  security_group_id = aws_security_group.nlb.id
  cidr_ipv4         = "10.20.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "nlb_to_targets" {
  security_group_id = aws_security_group.nlb.id
  cidr_ipv4         = "10.10.0.0/16"
  ip_protocol       = "-1"
}

resource "aws_security_group" "backend" {
  name_prefix = "backend-"
  vpc_id      = aws_vpc.provider.id
}

resource "aws_vpc_security_group_ingress_rule" "backend_from_nlb" {
  security_group_id            = aws_security_group.backend.id
  referenced_security_group_id = aws_security_group.nlb.id
  ip_protocol                  = "tcp"
  from_port                    = 8443
  to_port                      = 8443
}

resource "aws_instance" "backend" {
  ami                    = "ami-12c6146b"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.provider["ap-northeast-2a"].id
  vpc_security_group_ids = [aws_security_group.backend.id]
}

resource "aws_lb" "shop" {
  name                       = "shop"
  internal                   = true
  load_balancer_type         = "network"
  subnets                    = [for zone in local.offered : aws_subnet.provider[zone].id]
  security_groups            = [aws_security_group.nlb.id]
  enable_deletion_protection = false

  # The only target is in one of the zones.
  enable_cross_zone_load_balancing = true

  enforce_security_group_inbound_rules_on_private_link_traffic = "off"
}

# From before load balancers had security groups; no service stands on it.
resource "aws_lb" "legacy" {
  name               = "legacy"
  internal           = true
  load_balancer_type = "network"
  subnets            = [aws_subnet.provider["ap-northeast-2a"].id]
}

resource "aws_lb_target_group" "https" {
  name     = "https"
  port     = 8443
  protocol = "TCP"
  vpc_id   = aws_vpc.provider.id
}

resource "aws_lb_target_group" "spare" {
  name     = "spare"
  port     = 8444
  protocol = "TCP"
  vpc_id   = aws_vpc.provider.id
}

resource "aws_lb_target_group_attachment" "backend" {
  target_group_arn = aws_lb_target_group.https.arn
  target_id        = aws_instance.backend.id
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 443
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.https.arn
  }
}

resource "aws_vpc_endpoint_service" "shop" {
  acceptance_required        = true
  network_load_balancer_arns = [aws_lb.shop.arn]
  supported_ip_address_types = ["ipv4"]
  supported_regions          = ["ap-northeast-2", "us-east-1"]
}

resource "aws_vpc_endpoint_service_allowed_principal" "consumers" {
  for_each                = toset(["arn:aws:iam::123456789012:root", "arn:aws:iam::210987654321:root"])
  vpc_endpoint_service_id = aws_vpc_endpoint_service.shop.id
  principal_arn           = each.key
}

module "consumer" {
  count        = 1
  source       = "./consumer"
  service_name = aws_vpc_endpoint_service.shop.service_name
  depends_on   = [aws_vpc_endpoint_service_allowed_principal.consumers]
}

resource "aws_vpc_endpoint_connection_accepter" "consumer" {
  count                   = 1
  vpc_endpoint_service_id = aws_vpc_endpoint_service.shop.id
  vpc_endpoint_id         = module.consumer[0].endpoint_id
}
