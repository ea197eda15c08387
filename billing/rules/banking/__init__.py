"""Bank statements: files read into lines, and lines held against what tenants owe. Pure; amounts of a file in sen."""
