# A consumer of a service that someone else runs: all that is known of it is its name and its port. The connection
# waits until the owner of the service accepts it; every plan says so until then.

terraform {
  required_version = ">= 1.9.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

variable "service_name" {
  description = "Name of the service, from its owner"
  type        = string
  default     = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0"
}

provider "aws" {
  region = "ap-northeast-2"
}

module "partner" {
  source    = "../../../terraform/service-consumer"
  providers = { aws = aws, aws.accepter = aws }

  name    = "partner"
  cidr    = "10.40.0.0/24"
  subnets = { ap-northeast-2a = "10.40.0.0/26", ap-northeast-2b = "10.40.0.64/26" }

  service_name = var.service_name
  ports        = [443]
}

output "connection_to_accept" {
  description = "What the owner of the service accepts"
  value       = module.partner.connection_to_accept
}
