"""Tips: received without knowing from whom, sealed to the custodians, handled as an edited copy."""
