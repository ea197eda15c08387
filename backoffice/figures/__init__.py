"""What all pages of figures share: the filter, the words, charts, and the list behind a figure."""
