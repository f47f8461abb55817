"""Acts that were signed on paper: registered by one person, confirmed by a second."""
