"""Who brings customers along: referrals and their rewards, partners, their commissions and payouts. Public schema alone."""
