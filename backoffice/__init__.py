"""The operator's back office. One page of a tenant shows what every app below knows of it, so it stands above them all."""
