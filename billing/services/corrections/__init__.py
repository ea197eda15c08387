"""Taking documents back and giving claims up: asked for by staff, agreed to by another above a limit."""
