"""What the gateway says and a person must judge: notices, reports, differences, disputes."""
