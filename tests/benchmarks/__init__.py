"""What it costs with many tenants: `script/benchmark`. `script/test` runs it small (docs/benchmarks.md)."""
