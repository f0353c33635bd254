"""What Setup will find on a server: asked before an upgrade, most of it at the pre-upgrade gate only."""
