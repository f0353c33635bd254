"""What can be known: one module per topic, each with types, questions and fixture."""
