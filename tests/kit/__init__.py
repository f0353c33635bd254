"""What several tests of muster share."""
