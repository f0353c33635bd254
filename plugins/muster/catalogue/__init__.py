"""Microsoft's published tables as YAML, beside typed access."""
