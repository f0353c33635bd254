"""What a server is upgraded on: asked before the night, and of no interest on other days."""
