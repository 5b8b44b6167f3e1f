# A service, and a route of another VPC that leads to an endpoint for inspection. Plans of tests/data/plans are edits
# of it, see tests/support/plans/inspection.py. The local AWS has no Gateway Load Balancers: the plans are made against
# a state that has another type of the endpoint, and its route.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "ap-northeast-2"
}

resource "aws_vpc" "provider" {
  cidr_block = "10.10.0.0/16"
}

resource "aws_subnet" "provider" {
  vpc_id            = aws_vpc.provider.id
  availability_zone = "ap-northeast-2a"
  cidr_block        = "10.10.0.0/24"
}

resource "aws_security_group" "backend" {
  name   = "backend"
  vpc_id = aws_vpc.provider.id
  ingress {
    protocol    = "tcp"
    from_port   = 8443
    to_port     = 8443
    cidr_blocks = ["10.10.0.0/24"]
  }
}

resource "aws_instance" "backend" {
  ami                    = "ami-12c6146b"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.provider.id
  vpc_security_group_ids = [aws_security_group.backend.id]
}

resource "aws_lb" "shop" {
  name               = "shop"
  internal           = true
  load_balancer_type = "network"
  subnets            = [aws_subnet.provider.id]
}

resource "aws_lb_target_group" "https" {
  name     = "https"
  port     = 8443
  protocol = "TCP"
  vpc_id   = aws_vpc.provider.id
}

resource "aws_lb_target_group_attachment" "https" {
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
}

resource "aws_vpc" "office" {
  cidr_block = "10.30.0.0/16"
}

resource "aws_subnet" "office" {
  vpc_id            = aws_vpc.office.id
  availability_zone = "ap-northeast-2a"
  cidr_block        = "10.30.0.0/24"
}

resource "aws_internet_gateway" "office" {
  vpc_id = aws_vpc.office.id
}

resource "aws_vpc_endpoint" "inspection" {
  vpc_id            = aws_vpc.office.id
  vpc_endpoint_type = "Interface"
  service_name      = "com.amazonaws.ap-northeast-2.ssm"
  subnet_ids        = [aws_subnet.office.id]
}

resource "aws_route_table" "office" {
  vpc_id = aws_vpc.office.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.office.id
  }
}
