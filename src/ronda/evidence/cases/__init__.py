"""An evidence matter: asked for, decided, kept, exported, handed over, closed."""
