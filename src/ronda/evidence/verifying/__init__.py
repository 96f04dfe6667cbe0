"""What a stranger runs: a sealed file and what lies beside it in, a verdict in plain words out."""
