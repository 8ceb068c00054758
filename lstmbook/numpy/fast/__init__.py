"""The same equations in a faster form, one file a cell, equal to `cells` by test."""
