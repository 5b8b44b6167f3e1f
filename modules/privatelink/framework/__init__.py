"""Access to CDKTF and its AWS bindings, and every measure of the fast start."""
