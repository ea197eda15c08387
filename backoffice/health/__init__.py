"""How customers do: scores, figures from a file, and whom to watch."""
