"""The simulated organisation on loopback."""
