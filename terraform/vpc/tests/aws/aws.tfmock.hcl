# IDs as AWS generates them.

mock_resource "aws_vpc" {
  defaults = {
    id = "vpc-0a1b2c3d4e5f60001"
  }
}

mock_resource "aws_subnet" {
  defaults = {
    id = "subnet-0a1b2c3d4e5f6000a"
  }
}
