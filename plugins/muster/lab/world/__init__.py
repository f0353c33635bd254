"""The simulated organisation: plans turned into what every endpoint says."""
