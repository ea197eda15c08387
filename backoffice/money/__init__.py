"""Claims and money: cash, receivables, books, exports for accounting."""
