"""The rules, one file for each type of resource; `catalogue` lists them."""
