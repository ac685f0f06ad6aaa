"""Commands about teams, as they are typed."""
