"""What the three implementations share: names, shapes, start weights, training, checks, files."""
