"""What may be sent at all: cmdlet, parameter and value, denied by default."""
