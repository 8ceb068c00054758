"""Every value of every option, and every two together, for the tests of the frameworks' layers."""

from itertools import combinations, product


def alone_and_in_pairs(table: dict) -> list[dict]:
    """{} , every option alone with each of its values, and every two options together.

    >>> alone_and_in_pairs({"a": [1, 2], "b": [3]})
    [{}, {'a': 1}, {'a': 2}, {'b': 3}, {'a': 1, 'b': 3}, {'a': 2, 'b': 3}]
    """
    found = [{}] + [{name: value} for name, values in table.items() for value in values]
    for (a, of_a), (b, of_b) in combinations(table.items(), 2):
        found += [{a: x, b: y} for x, y in product(of_a, of_b)]
    return found
