"""Answers to the exercises of page 3.2.6, wrong and right."""

FULL = "def as_full(params):\n    return {{'W': params['W'], 'U': {U}, 'b': {b}}}"

ANSWERS = {
    "width": {
        "wrong": [
            "def widest(H):\n    return H",
            "def widest(H):\n    return 4 * H // 5",  # as many is not fewer
            "def widest(H):\n    return H // 2",
            "def widest(H):\n    return round(0.8 * H)",
        ],
        "right": [
            "def widest(H):\n    return -(-4 * H // 5) - 1",
            "def widest(H):\n    return max(P for P in range(1, H) if 5 * P < 4 * H)",
        ],
    },
    "full": {
        "wrong": [
            FULL.format(U="np.zeros((len(params['P']), params['U'].shape[1]))", b="params['b']"),
            FULL.format(U="np.linalg.pinv(params['P']).T @ params['U']", b="params['b']"),
            # padded with zeros
            FULL.format(
                U="np.concatenate([params['U'], np.zeros((len(params['P']) - len(params['U']), "
                "params['U'].shape[1]))])",
                b="params['b']",
            ),
            FULL.format(U="params['P'] @ params['U']", b="0 * params['b']"),
            FULL.format(U="params['P'].T @ params['U']", b="params['b']"),
        ],
        "right": [
            FULL.format(
                U="np.einsum('hp,pk->hk', params['P'], params['U'])", b="params['b'].copy()"
            ),
            "def as_full(params):\n    columns = [params['P'] @ u for u in params['U'].T]\n"
            "    return {'W': params['W'], 'U': np.array(columns).T, 'b': params['b']}",
        ],
    },
    "cells": {
        "wrong": [
            "def cells(D, P, budget):\n    return budget // (4 * (D + P + 1 + P))",
            "def cells(D, P, budget):\n    return budget // (4 * (D + P) + P)",
            "def cells(D, P, budget):\n    return budget / (4 * (D + P + 1) + P)",
            "def cells(D, P, budget):\n    return -(-budget // (4 * (D + P + 1) + P))",
            "def cells(D, P, budget):\n    return 21",
        ],
        "right": [
            "def cells(D, P, budget):\n    return int(budget / (4 * D + 5 * P + 4))",
            "def cells(D, P, budget):\n    H = 0\n"
            "    while 4 * (H + 1) * (D + P + 1) + (H + 1) * P <= budget:\n        H += 1\n    return H",
        ],
    },
    "states": {
        "wrong": [
            "def carried(B, H, P):\n    return B * (H + (P or 0))",
            "def carried(B, H, P):\n    return 2 * B * (P or H)",
            "def carried(B, H, P):\n    return H + (P or H)",
            "def carried(B, H, P):\n    return B * (P or H)",
        ],
        "right": [
            "def carried(B, H, P):\n    return B * H + B * (P or H)",
            "def carried(B, H, P):\n    c, h = (B, H), (B, H if P is None else P)\n"
            "    return np.zeros(c).size + np.zeros(h).size",
        ],
    },
}

IN_PAGE = {
    "projected-out": {
        "wrong": [
            "h = o * tanh(c)\nz = x @ W + (h @ P_h) @ U + 1",
            "h = (o * c) @ P_h\nz = x @ W + h @ U",
            "h = tanh(c) @ P_h\nz = x @ W + h @ U",
            "h = (o * tanh(c)) @ P_h\nz = x @ W",
        ],
        "right": ["x @ W + (o * tanh(c)) @ P_h @ U", "h = (tanh(c) * o) @ P_h\nz = h @ U + x @ W"],
    },
    "projected-back": {
        "wrong": [
            "dP = (o * tanh(c)).T @ dh\ndo = dh * tanh(c)",
            "dP = dh.T @ (o * tanh(c))\ndo = (dh @ P_h.T) * tanh(c)",
            "dP = (o * tanh(c)).T @ dh\ndo = dh @ P_h.T",
            "dP = (o * tanh(c)).T @ dh\ndo = (dh @ P_h.T) * o",
            "tanh(c) * (dh @ P_h.T)",  # one of two
        ],
        "right": [
            "m = o * tanh(c)\nm.T @ dh\ntanh(c) * (dh @ P_h.T)",
            "dP = (tanh(c) * o).T @ dh\ndo = tanh(c) * (P_h @ dh.T).T",
        ],
    },
}
