"""The measures, a module for each kind; each prints its JSON lines."""
