"""Who is told what on which channel; pure."""
