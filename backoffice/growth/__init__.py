"""Who comes: visits, the funnel, prices, and what if."""
