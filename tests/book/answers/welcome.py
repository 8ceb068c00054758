"""Answers that the exercises of the welcome page are tried on."""

ANSWERS: dict = {}  # none in Python

IN_PAGE = {
    "welcome-memory": {
        "wrong": ["f * c_prev", "i * c_prev + f * g", "c_prev + i * g", "f * c_prev + g"],
        "right": ["i * g + c_prev * f", "kept = c_prev * f\nkept + g * i"],
    },
}
