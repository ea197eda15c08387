"""Papers that were asked for: credit notes, write-offs; and the lists of tax papers."""
