"""What an upgrade touches: files, the web server, the registry, and what only an upgrade takes away."""
