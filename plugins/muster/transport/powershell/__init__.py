"""Exchange and Windows over PSRP: sessions, faults, and raw CLIXML off the wire."""
