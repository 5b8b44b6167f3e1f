"""The rules, one file for each kind of resource; `catalogue` lists them."""
