"""The TeX that the book's formulas may use, and what each name is in MathML.

A name that is not here is a fault of the build (`tex_to_mathml.TexError`): add it to the table
where it belongs. The tables give characters; how far apart they stand follows from the table.
"""

from __future__ import annotations

LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ",
    "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ",
    "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "partial": "∂", "ell": "ℓ",
}  # fmt: skip
UPRIGHT = {  # ordinary signs that stay upright
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "infty": "∞", "nabla": "∇", "top": "⊤", "bot": "⊥",
    "emptyset": "∅", "forall": "∀", "exists": "∃", "prime": "′", "%": "%", "#": "#", "&": "&amp;",
    "_": "_", "$": "$", "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱",
}  # fmt: skip
BINARY = {
    "odot": "⊙", "cdot": "⋅", "times": "×", "pm": "±", "mp": "∓", "star": "⋆", "ast": "∗",
    "oplus": "⊕", "otimes": "⊗", "circ": "∘", "div": "÷", "cap": "∩", "cup": "∪", "bullet": "∙",
}  # fmt: skip
RELATIONS = {
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "sim": "∼",
    "simeq": "≃", "equiv": "≡", "propto": "∝", "in": "∈", "notin": "∉", "subset": "⊂", "ll": "≪",
    "gg": "≫", "leftarrow": "←", "gets": "←", "rightarrow": "→", "to": "→", "Rightarrow": "⇒",
    "Leftarrow": "⇐", "leftrightarrow": "↔", "Leftrightarrow": "⇔", "iff": "⇔", "mapsto": "↦",
    "mid": "∣", "parallel": "∥", "colon": ":", "coloneqq": "≔",
}  # fmt: skip
OPENING = {"lVert": "‖", "lvert": "|", "lfloor": "⌊", "lceil": "⌈", "langle": "⟨", "{": "{"}
CLOSING = {"rVert": "‖", "rvert": "|", "rfloor": "⌋", "rceil": "⌉", "rangle": "⟩", "}": "}"}
FENCES = OPENING | CLOSING | {"Vert": "‖", "vert": "|", "|": "‖"}
FUNCTIONS = set("tanh sinh cosh sin cos tan exp ln log arg dim det gcd deg".split())
WITH_LIMITS = set("max min sup inf lim argmax argmin".split())  # a subscript goes under them
BIG = {"sum": "∑", "prod": "∏", "int": "∫", "bigcup": "⋃", "bigcap": "⋂"}
SPACES = {
    ",": "0.1667em", ":": "0.2222em", ";": "0.2778em", "!": "-0.1667em", " ": "0.25em",
    "quad": "1em", "qquad": "2em", "enspace": "0.5em",
}  # fmt: skip
ACCENTS = {  # name: (sign, whether it grows with what is under it)
    "tilde": ("˜", False), "hat": ("ˆ", False), "bar": ("¯", False), "vec": ("→", False),
    "dot": ("˙", False), "ddot": ("¨", False), "overline": ("¯", True),
    "overrightarrow": ("→", True), "overleftarrow": ("←", True),
    "widetilde": ("˜", True), "widehat": ("ˆ", True),
}  # fmt: skip
SIZES = {"big": "1.2em", "Big": "1.8em", "bigg": "2.4em", "Bigg": "3em"}
SIZES |= {f"{size}{side}": at for size, at in SIZES.items() for side in "lr"}
MATRICES = {"matrix": ("", ""), "pmatrix": "()", "bmatrix": "[]", "vmatrix": "||"}
