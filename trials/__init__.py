"""From visitor to customer: quotes, sign-up, trials and their end; the daily jobs in their order; the test clock."""
