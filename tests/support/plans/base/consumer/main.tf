variable "service_name" {
  type = string
}

resource "aws_vpc" "this" {
  cidr_block           = "10.20.0.0/16"
  enable_dns_hostnames = true
  enable_dns_support   = true
}

resource "aws_subnet" "this" {
  count             = 2
  vpc_id            = aws_vpc.this.id
  availability_zone = ["ap-northeast-2a", "ap-northeast-2c"][count.index]
  cidr_block        = ["10.20.0.0/24", "10.20.2.0/24"][count.index]
}

resource "aws_security_group" "endpoint" {
  name_prefix = "endpoint-"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "endpoint_from_vpc" {
  security_group_id = aws_security_group.endpoint.id
  cidr_ipv4         = "10.20.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "this" {
  vpc_id              = aws_vpc.this.id
  vpc_endpoint_type   = "Interface"
  service_name        = var.service_name
  subnet_ids          = aws_subnet.this[*].id
  security_group_ids  = [aws_security_group.endpoint.id]
  private_dns_enabled = false
}

output "endpoint_id" {
  value = aws_vpc_endpoint.this.id
}
