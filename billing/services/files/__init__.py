"""Files: what people hand in, and what they take along."""
