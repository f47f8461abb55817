"""The demonstration jurisdiction: data and its loader."""
