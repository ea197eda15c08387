"""Bank statements at the desk: importing a file, working off what could not be matched."""
