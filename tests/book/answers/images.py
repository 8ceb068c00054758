"""Answers to the exercises of page 6.4."""

ANSWERS = {
    "columns": {
        "wrong": [
            "def columns(x):\n    return x.reshape(len(x), 8, 8)",  # the order stays
            "def columns(x):\n    return x.T",  # the images go to the end
            "def columns(x):\n    return x.swapaxes(1, 2)[:, ::-1]",  # from right to left
            "def columns(x):\n    return x[:, :, ::-1]",  # a mirror image
        ],
        "right": [
            "def columns(x):\n    return np.transpose(x, (0, 2, 1))",
            "def columns(x):\n    return np.stack([x[:, :, k] for k in range(8)], axis=1)",
        ],
    },
    "sure": {
        "wrong": [
            # the first row whose answer is the last one
            "def sure_from(answers):\n    return int(np.argmax(answers == answers[-1]))",
            # the first change
            "def sure_from(answers):\n"
            "    change = np.flatnonzero(np.diff(answers))\n"
            "    return int(change[0]) + 1 if len(change) else 0",
            # how many rows agree
            "def sure_from(answers):\n    return int((answers != answers[-1]).sum())",
            "def sure_from(answers):\n    return 2",
        ],
        "right": [
            "def sure_from(answers):\n"
            "    row = len(answers) - 1\n"
            "    while row > 0 and answers[row - 1] == answers[-1]:\n"
            "        row -= 1\n"
            "    return row",
            "def sure_from(answers):\n"
            "    change = np.flatnonzero(np.diff(answers))\n"
            "    return int(change[-1]) + 1 if len(change) else 0",
        ],
    },
    "noise": {
        "wrong": [
            # 1.5 and 3 standard errors
            "def clearly_different(a, b, n):\n"
            "    return abs(a - b) > 1.5 * np.sqrt(a * (1 - a) / n + b * (1 - b) / n)",
            "def clearly_different(a, b, n):\n"
            "    return abs(a - b) > 3 * np.sqrt(a * (1 - a) / n + b * (1 - b) / n)",
            # of one score only
            "def clearly_different(a, b, n):\n    return abs(a - b) > 2 * np.sqrt(a * (1 - a) / n)",
            # a fixed distance
            "def clearly_different(a, b, n):\n    return abs(a - b) > 0.02",
            # the sign forgotten
            "def clearly_different(a, b, n):\n"
            "    return a - b > 2 * np.sqrt(a * (1 - a) / n + b * (1 - b) / n)",
        ],
        "right": [
            "def clearly_different(a, b, n):\n"
            "    return (a - b) ** 2 > 4 * (a * (1 - a) + b * (1 - b)) / n",
            "def clearly_different(a, b, n):\n"
            "    error = np.hypot(np.sqrt(a * (1 - a) / n), np.sqrt(b * (1 - b) / n))\n"
            "    return abs(a - b) / error > 2",
        ],
    },
    "recall": {
        "wrong": [
            # by columns: precision
            "def recall(matrix):\n    return matrix.diagonal() / matrix.sum(axis=0)",
            # one number for all
            "def recall(matrix):\n    return matrix.diagonal() / matrix.sum()",
            "def recall(matrix):\n    return np.array([0.8, 0.75])",
        ],
        "right": [
            "def recall(matrix):\n"
            "    return np.array([row[k] / row.sum() for k, row in enumerate(matrix)])",
            "def recall(matrix):\n    return np.diag(matrix / matrix.sum(axis=1, keepdims=True))",
        ],
    },
}

IN_PAGE = {
    "lower-half": {
        "wrong": [
            "x[4:]",  # of the images
            "x[:, :4]",  # the upper half
            "x[:, :, 4:]",  # the right half
            "x[:, 5:]",
        ],
        "right": ["x[:, 4:8]", "x[:, -4:, :]"],
    },
    "after-every-row": {
        "wrong": [
            "h @ W + b",  # scores, not shares
            "softmax(h @ W + b, axis=1)",  # over the rows
            "softmax(h @ W, axis=-1)",
            "sigmoid(h @ W + b)",
        ],
        "right": [
            "softmax(h @ W + b)",
            "e = exp(h @ W + b)\ne / sum(e, axis=2, keepdims=True)",
        ],
    },
    "clean-result": {
        "wrong": [
            # chosen on the test images
            [
                "train, validation and test images are drawn apart",
                "with its rate, each method is trained with several seeds",
                "the test images score what came out",
                "each method's rate is chosen on the validation images",
            ],
            [
                "train, validation and test images are drawn apart",
                "each method's rate is chosen on the validation images",
                "with its rate, each method is trained with several seeds",
                "the best seed on the test images is kept",
                "the test images score what came out",
            ],
            [
                "each method's rate is chosen on the validation images",
                "train, validation and test images are drawn apart",
                "with its rate, each method is trained with several seeds",
                "the test images score what came out",
            ],
        ],
        "right": [
            [
                "train, validation and test images are drawn apart",
                "each method's rate is chosen on the validation images",
                "with its rate, each method is trained with several seeds",
                "the test images score what came out",
            ],
        ],
    },
}
