"""Who acts for whom, and who comes after whom: deeds with a second person's confirmation."""
