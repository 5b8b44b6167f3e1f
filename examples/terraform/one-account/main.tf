# Both sides in one account and one state: the consumer's connection is accepted by Terraform.

terraform {
  required_version = ">= 1.9.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

provider "aws" {
  region = "ap-northeast-2"
}

module "service" {
  source = "../../../terraform/service-provider"

  name    = "shop"
  cidr    = "10.10.0.0/16"
  subnets = { ap-northeast-2a = "10.10.0.0/20", ap-northeast-2c = "10.10.32.0/20" }

  # What answers at these addresses is yours to put there.
  targets   = { addresses = { blue = "10.10.0.10", green = "10.10.32.10" } }
  listeners = [{ port = 80, target_port = 8080, health_check = { protocol = "HTTP", path = "/health" } }, { port = 443 }]
}

module "client" {
  source    = "../../../terraform/service-consumer"
  providers = { aws = aws, aws.accepter = aws }

  name    = "shop-client"
  cidr    = "10.20.0.0/16"
  subnets = { ap-northeast-2a = "10.20.0.0/20", ap-northeast-2c = "10.20.32.0/20" }

  service_name = module.service.service_name
  ports        = [80, 443]
  accept       = true
}

output "endpoint_dns_names" {
  description = "Names by which the service is reached from the client's VPC"
  value       = module.client.endpoint_dns_names
}

output "endpoint_state" {
  description = "State of the connection"
  value       = module.client.endpoint_state
}
