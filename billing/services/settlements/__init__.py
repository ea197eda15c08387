"""The gateway's settlement reports: compared with what we know, and what it kept of each payment."""
