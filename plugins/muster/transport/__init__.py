"""How to ask: one module per door. Each gives the same ``Answer``."""
