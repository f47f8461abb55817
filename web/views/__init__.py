"""What a page shows, computed before the template."""
