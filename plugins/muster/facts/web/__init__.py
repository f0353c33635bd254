"""What clients connect to: virtual directories, client access, health pages."""
