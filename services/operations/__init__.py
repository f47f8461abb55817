"""What the operator does from the command line: check, import, list, measure."""
