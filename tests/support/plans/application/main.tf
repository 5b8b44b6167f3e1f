# A provider whose consumers are all elsewhere, with an Application Load Balancer as the target of a Network Load
# Balancer. Plans of tests/data/plans are edits of it, see tests/support/plans/alone.py.
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

resource "aws_subnet" "backend" {
  count             = 2
  vpc_id            = aws_vpc.provider.id
  availability_zone = ["ap-northeast-2a", "ap-northeast-2c"][count.index]
  cidr_block        = "10.10.${10 + count.index}.0/24"
}

resource "aws_security_group" "alb" {
  name   = "alb"
  vpc_id = aws_vpc.provider.id
  ingress {
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["10.10.0.0/16"]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["10.10.0.0/16"]
  }
}

resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.provider.id
  ingress {
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
    security_groups = [aws_security_group.alb.id]
  }
}

resource "aws_instance" "web" {
  count                  = 2
  ami                    = "ami-12c6146b"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.backend[count.index].id
  vpc_security_group_ids = [aws_security_group.web.id]
}

resource "aws_lb" "web" {
  name               = "web"
  internal           = true
  load_balancer_type = "application"
  subnets            = aws_subnet.backend[*].id
  security_groups    = [aws_security_group.alb.id]
}

resource "aws_lb_target_group" "alb" {
  name        = "alb"
  port        = 80
  protocol    = "TCP"
  target_type = "alb"
  vpc_id      = aws_vpc.provider.id
}

resource "aws_lb_target_group_attachment" "alb" {
  target_group_arn = aws_lb_target_group.alb.arn

  # AWS registers only a load balancer that has a listener on the port.
  target_id = aws_lb_listener.web.load_balancer_arn
}

resource "aws_lb_target_group" "web" {
  name     = "web"
  port     = 8080
  protocol = "HTTP"
  vpc_id   = aws_vpc.provider.id
}

resource "aws_lb_target_group_attachment" "web" {
  count            = 2
  target_group_arn = aws_lb_target_group.web.arn
  target_id        = aws_instance.web[count.index].id
}

resource "aws_lb_listener" "alb" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 443
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.alb.arn
  }
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb" "shop" {
  name               = "shop"
  internal           = true
  load_balancer_type = "network"
  subnets            = aws_subnet.backend[*].id
}

resource "aws_vpc_endpoint_service" "shop" {
  acceptance_required        = true
  network_load_balancer_arns = [aws_lb.shop.arn]
}
