"""What happens to a case, and everything that is stored. No Flask."""
