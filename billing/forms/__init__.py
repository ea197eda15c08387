"""What people type on the money pages, checked; errors name the field and keep what was typed."""
