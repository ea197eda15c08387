"""Who needs somebody now: the queues of the home page, tasks, and customers getting going."""
