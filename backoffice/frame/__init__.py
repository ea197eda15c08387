"""What every page of the back office stands in: lists, who may, words, days, files, previews."""
