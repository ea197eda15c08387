"""What is charged beside a subscription's periods: sides, purchases, parts, usage."""
