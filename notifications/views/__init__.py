"""Pages of messages: a member's own, and the demo's page of everybody's."""
