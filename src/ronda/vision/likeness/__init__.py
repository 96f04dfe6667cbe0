"""How alike two things look, by a model that is there: a hint for a person, never a verdict. Only inside a case."""
