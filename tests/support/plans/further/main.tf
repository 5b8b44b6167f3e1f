# A service without acceptance and its clients, with what leads to them besides PrivateLink: names, DNS servers,
# certificates and policies. The plans of tests/support/plans/further.py are edits of it, applied once.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "ap-northeast-2"
}

locals {
  zones = ["ap-northeast-2a", "ap-northeast-2c"]
}

resource "aws_vpc" "provider" {
  cidr_block = "10.10.0.0/16"
}

resource "aws_subnet" "provider" {
  count             = 2
  vpc_id            = aws_vpc.provider.id
  availability_zone = local.zones[count.index]
  cidr_block        = "10.10.${count.index}.0/24"
}

resource "aws_security_group" "backend" {
  name   = "backend"
  vpc_id = aws_vpc.provider.id
  ingress {
    protocol    = "tcp"
    from_port   = 8443
    to_port     = 8443
    cidr_blocks = aws_subnet.provider[*].cidr_block
  }
}

resource "aws_instance" "first" {
  ami                    = "ami-12c6146b"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.provider[0].id
  vpc_security_group_ids = [aws_security_group.backend.id]
}

resource "aws_instance" "second" {
  ami                    = "ami-12c6146b"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.provider[1].id
  vpc_security_group_ids = [aws_security_group.backend.id]
}

resource "aws_lb" "shop" {
  name                             = "shop"
  internal                         = true
  load_balancer_type               = "network"
  subnets                          = aws_subnet.provider[*].id
  enable_cross_zone_load_balancing = true
}

resource "aws_lb_target_group" "https" {
  name     = "https"
  port     = 8443
  protocol = "TCP"
  vpc_id   = aws_vpc.provider.id
}

resource "aws_lb_target_group_attachment" "backend" {
  count            = 2
  target_group_arn = aws_lb_target_group.https.arn
  target_id        = [aws_instance.first.id, aws_instance.second.id][count.index]
}

resource "aws_acm_certificate" "shop" {
  domain_name               = "shop.example"
  subject_alternative_names = ["api.shop.example"]
  validation_method         = "DNS"
}

resource "aws_lb_listener" "tls" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 443
  protocol          = "TLS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate.shop.arn
  alpn_policy       = "HTTP2Optional"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.https.arn
  }
}

resource "aws_vpc_endpoint_service" "shop" {
  acceptance_required        = false
  network_load_balancer_arns = [aws_lb.shop.arn]
  allowed_principals         = ["arn:aws:iam::123456789012:root"]
}

resource "aws_vpc" "clients" {
  cidr_block           = "10.20.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_vpc" "spoke" {
  cidr_block = "10.21.0.0/16"
}

resource "aws_subnet" "clients" {
  count             = 2
  vpc_id            = aws_vpc.clients.id
  availability_zone = local.zones[count.index]
  cidr_block        = "10.20.${count.index}.0/24"
}

resource "aws_security_group" "endpoint" {
  name   = "endpoint"
  vpc_id = aws_vpc.clients.id
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.20.0.0/16"]
  }
}

resource "aws_vpc_endpoint" "shop" {
  vpc_id             = aws_vpc.clients.id
  vpc_endpoint_type  = "Interface"
  service_name       = aws_vpc_endpoint_service.shop.service_name
  subnet_ids         = aws_subnet.clients[*].id
  security_group_ids = [aws_security_group.endpoint.id]
}

resource "aws_vpc_endpoint" "ssm" {
  vpc_id             = aws_vpc.clients.id
  vpc_endpoint_type  = "Interface"
  service_name       = "com.amazonaws.ap-northeast-2.ssm"
  subnet_ids         = [aws_subnet.clients[0].id]
  security_group_ids = [aws_security_group.endpoint.id]
  policy             = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "*", Resource = "*" }] })
}

resource "aws_route53_zone" "corp" {
  name = "corp.example"
  vpc {
    vpc_id = aws_vpc.clients.id
  }
  lifecycle {
    ignore_changes = [vpc]
  }
}

resource "aws_route53_zone_association" "spoke" {
  zone_id = aws_route53_zone.corp.zone_id
  vpc_id  = aws_vpc.spoke.id
}

resource "aws_route53_record" "shop" {
  zone_id = aws_route53_zone.corp.zone_id
  name    = "shop.corp.example"
  type    = "CNAME"
  ttl     = 60
  records = [aws_vpc_endpoint.shop.dns_entry[0].dns_name]
}

resource "aws_vpc_dhcp_options" "clients" {
  domain_name_servers = ["AmazonProvidedDNS"]
}

resource "aws_vpc_dhcp_options_association" "clients" {
  vpc_id          = aws_vpc.clients.id
  dhcp_options_id = aws_vpc_dhcp_options.clients.id
}

resource "aws_route53_resolver_endpoint" "out" {
  direction          = "OUTBOUND"
  security_group_ids = [aws_security_group.endpoint.id]
  ip_address {
    subnet_id = aws_subnet.clients[0].id
  }
  ip_address {
    subnet_id = aws_subnet.clients[1].id
  }
}

resource "aws_route53_resolver_rule" "corp" {
  domain_name          = "corp.example"
  rule_type            = "FORWARD"
  resolver_endpoint_id = aws_route53_resolver_endpoint.out.id
  target_ip {
    ip = "10.21.0.10"
  }
}

resource "aws_route53_resolver_rule_association" "spoke" {
  resolver_rule_id = aws_route53_resolver_rule.corp.id
  vpc_id           = aws_vpc.spoke.id
}
