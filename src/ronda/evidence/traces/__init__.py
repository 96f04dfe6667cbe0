"""A case's boards: the way of one vehicle or person through cameras, each link confirmed by a person."""
