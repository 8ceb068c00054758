r"""What a variant is: its blocks, parameters, states, equations and paper. Data only.

The three implementations, conversion, plots, tests and the tables of the book read this module;
nothing about names and shapes is written down a second time.

Notation: row vectors, :math:`z = x W + h U + b`; `D` input size, `H` hidden size. The columns of
`W`, `U`, `b` are blocks of `H` columns in the order of `blocks`. The first state is the output h.
"""

from lstmbook.errors import unknown
from lstmbook.variant import Param, Variant


def dense(blocks: int, recurrent: str = "H") -> dict[str, Param]:
    """W, U and b of a cell with that many blocks."""
    return {
        "W": Param(f"(D, {blocks}*H)", "input"),
        "U": Param(f"({recurrent}, {blocks}*H)", "recurrent"),
        "b": Param(f"{blocks}*H", "bias"),
    }


def peepholes(gates: str, when: str = "True") -> dict[str, Param]:
    """One weight a cell from the cell state to each gate named."""
    return {f"p_{gate}": Param("H", "peephole", when) for gate in gates}


def gate(letter: str, sign: str = r"\sigma", more: str = "") -> str:
    """LaTeX of one block, letter_t = sign(x W + h U + b)."""
    return rf"{letter}_t = {sign}(x_t W_{letter} + h_{{t-1}} U_{letter}{more} + b_{letter})"


F, I, O = gate("f"), gate("i"), gate("o")  # noqa: E741 - the letters of the gates
G = gate("g", r"\tanh")
C = r"c_t = f_t \odot c_{t-1} + i_t \odot g_t"
Y = r"h_t = o_t \odot \tanh(c_t)"
HC = {"h": "H", "c": "H"}


def peep(letter: str, when: str = "t-1") -> str:
    """LaTeX of a gate with a peephole."""
    return gate(letter, more=rf" + p_{letter} \odot c_{{{when}}}")


def ablation(name: str, title: str, blocks: str, gates: str, equations: tuple, **more) -> Variant:
    """A cell of Greff et al.; `peepholes=True` gives their base, without it the plain LSTM's."""
    return Variant(
        name,
        title,
        tuple(blocks),
        {**dense(len(blocks)), **peepholes(gates, "peepholes")},
        HC,
        f"{len(blocks)}*H*(D+H+1) + peepholes*{len(gates)}*H",
        equations,
        "Greff et al. 2017, arXiv:1503.04069",
        options={"peepholes": False},
        **more,
    )


_LIST = [
    Variant(
        "RNN",
        "plain recurrent network",
        ("n",),
        dense(1),
        {"h": "H"},
        "H*(D+H+1)",
        (r"h_t = n_t = \tanh(x_t W + h_{t-1} U + b)",),
        "Elman 1990, doi:10.1207/s15516709cog1402_1",
        keeps="",
        keep_bias=0.0,
    ),
    Variant(
        "LSTM",
        "LSTM with forget gate",
        tuple("ifgo"),
        dense(4),
        HC,
        "4*H*(D+H+1)",
        (F, I, G, C, O, Y),
        "Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735; "
        "Gers et al. 2000, doi:10.1162/089976600300015015",
    ),
    Variant(
        "PeepholeLSTM",
        "peephole LSTM",
        tuple("ifgo"),
        {**dense(4), **peepholes("ifo")},
        HC,
        "4*H*(D+H+1) + 3*H",
        (peep("f"), peep("i"), G, C, peep("o", "t"), Y),
        "Gers & Schmidhuber 2000, doi:10.1109/IJCNN.2000.861302; Gers et al. 2002, JMLR 3:115-143",
    ),
    Variant(
        "GRU",
        "gated recurrent unit",
        tuple("rzn"),
        {**dense(3), "b_u": Param("3*H", "bias", "reset_after")},
        {"h": "H"},
        "3*H*(D+H+1) + reset_after*3*H",
        (
            gate("r"),
            gate("z"),
            r"n_t = \tanh(x_t W_n + b_n + r_t \odot (h_{t-1} U_n + b_{u,n}))",
            r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t",
        ),
        "Cho et al. 2014, arXiv:1406.1078",
        options={"reset_after": True},
        keeps="z",
        keep_bias=0.0,
    ),
    ablation(
        "NoForgetGateLSTM",
        "no forget gate: f = 1, the rule of 1997",
        "igo",
        "io",
        (I, G, r"c_t = c_{t-1} + i_t \odot g_t", O, Y),
        keeps="",
        keep_bias=0.0,
    ),
    ablation(
        "NoInputGateLSTM",
        "no input gate: i = 1",
        "fgo",
        "fo",
        (F, G, r"c_t = f_t \odot c_{t-1} + g_t", O, Y),
    ),
    ablation(
        "NoOutputGateLSTM", "no output gate: o = 1", "ifg", "if", (F, I, G, C, r"h_t = \tanh(c_t)")
    ),
    ablation(
        "NoInputActivationLSTM",
        "no input activation: g linear",
        "ifgo",
        "ifo",
        (F, I, gate("g", ""), C, O, Y),
    ),
    ablation(
        "NoOutputActivationLSTM",
        "no output activation: h = o c",
        "ifgo",
        "ifo",
        (F, I, G, C, O, r"h_t = o_t \odot c_t"),
    ),
    ablation(
        "CoupledLSTM",
        "coupled gates: f = 1 - i",
        "igo",
        "io",
        (I, r"f_t = 1 - i_t", G, C, O, Y),
        keeps="-i",
    ),
    Variant(
        "FullGateLSTM",
        "full gate recurrence: gates see all gates of the step before",
        tuple("ifgo"),
        {**dense(4), "R": Param("(3*H, 3*H)", "recurrent"), **peepholes("ifo", "peepholes")},
        {**HC, "k": "3*H"},
        "4*H*(D+H+1) + 9*H*H + peepholes*3*H",
        (
            gate("f", more=" + k_{t-1} R_f"),
            gate("i", more=" + k_{t-1} R_i"),
            G,
            C,
            gate("o", more=" + k_{t-1} R_o"),
            Y,
            r"k_t = [i_t, f_t, o_t]",
        ),
        "Greff et al. 2017, arXiv:1503.04069",
        options={"peepholes": False},
    ),
    Variant(
        "LayerNormLSTM",
        "layer-normalised LSTM",
        tuple("ifgo"),
        {
            **dense(4),
            "gamma_x": Param("4*H", "gain"),
            "beta_x": Param("4*H", "shift"),
            "gamma_h": Param("4*H", "gain"),
            "beta_h": Param("4*H", "shift"),
            "gamma_c": Param("H", "gain"),
            "beta_c": Param("H", "shift"),
        },
        HC,
        "4*H*(D+H+1) + 18*H",
        (
            r"[i, f, g, o]_t = [\sigma, \sigma, \tanh, \sigma]"
            r"(\mathrm{LN}_x(x_t W) + \mathrm{LN}_h(h_{t-1} U) + b)",
            C,
            r"h_t = o_t \odot \tanh(\mathrm{LN}_c(c_t))",
        ),
        "Ba, Kiros & Hinton 2016, arXiv:1607.06450",
    ),
    Variant(
        "ProjectedLSTM",
        "LSTM with recurrent projection",
        tuple("ifgo"),
        {**dense(4, "proj_size"), "P": Param("(H, proj_size)", "recurrent")},
        {"h": "proj_size", "c": "H"},
        "4*H*(D+proj_size+1) + H*proj_size",
        (F, I, G, C, O, r"h_t = (o_t \odot \tanh(c_t)) P"),
        "Sak, Senior & Beaufays 2014, arXiv:1402.1128",
        options={"proj_size": None},
        requires=(("0 < proj_size <= H", "expected 0 < proj_size <= hidden_size"),),
        output="proj_size",
    ),
    Variant(
        "MultiplicativeLSTM",
        "multiplicative LSTM",
        tuple("ifgo"),
        {**dense(4), "W_m": Param("(D, H)", "input"), "U_m": Param("(H, H)", "recurrent")},
        HC,
        "4*H*(D+H+1) + H*(D+H)",
        (
            r"m_t = (x_t W_m) \odot (h_{t-1} U_m)",
            *(e.replace("h_{t-1}", "m_t") for e in (F, I, G)),
            C,
            O.replace("h_{t-1}", "m_t"),
            Y,
        ),
        "Krause et al. 2016, arXiv:1609.07959",
    ),
    *(
        Variant(
            f"ConvLSTM{n}D",
            f"convolutional LSTM, {n} space {'axis' if n == 1 else 'axes'}",
            tuple("ifgo"),
            {
                "W": Param(f"(*(kernel_size,)*{n}, D, 4*H)", "input"),
                "U": Param(f"(*(kernel_size,)*{n}, H, 4*H)", "recurrent"),
                "b": Param("4*H", "bias"),
            },
            HC,
            f"4*H*(kernel_size**{n}*(D+H)+1)",
            tuple(
                e.replace(r"x_t W", r"x_t * W").replace(r"h_{t-1} U", r"h_{t-1} * U")
                for e in (F, I, G, C, O, Y)
            ),
            "Shi et al. 2015, arXiv:1506.04214",
            options={"kernel_size": 3},
            requires=(("kernel_size % 2 == 1", "expected an odd kernel_size (same padding)"),),
            space=(n,),
        )
        for n in (1, 2)
    ),
    Variant(
        "DepthwiseLSTM",
        "depthwise LSTM: one kernel a channel and gate",
        tuple("ifgo"),
        {
            "W": Param("(kernel_size, 4*D)", "depthwise"),
            "U": Param("(kernel_size, 4*H)", "depthwise"),
            "b": Param("4*H", "bias"),
            "M": Param("(4, D, H)", "input", "mixing"),
            "N": Param("(4, H, H)", "recurrent", "mixing"),
        },
        HC,
        "4*kernel_size*(D+H) + 4*H + mixing*4*H*(D+H)",
        tuple(
            e.replace(r"x_t W", r"x_t \star W").replace(r"h_{t-1} U", r"h_{t-1} \star U")
            for e in (F, I, G, C, O, Y)
        ),
        "Pfeuffer & Dietmayer 2019, arXiv:1907.06876; with a kernel of 1: Li et al. 2018, "
        "arXiv:1803.04831",
        options={"kernel_size": 3, "mixing": False},
        requires=(
            ("kernel_size % 2 == 1", "expected an odd kernel_size (same padding)"),
            ("mixing or D == H", "expected input_size == hidden_size, or mixing=True"),
        ),
        space=(0, 1),
    ),
    Variant(
        "MinGRU",
        "minimal GRU: gate and candidate do not see h",
        tuple("zn"),
        {"W": Param("(D, 2*H)", "input"), "b": Param("2*H", "bias")},
        {"h": "H"},
        "2*H*(D+1)",
        (
            r"z_t = \sigma(x_t W_z + b_z)",
            r"n_t = \mathrm{g}(x_t W_n + b_n)",
            r"h_t = (1 - z_t) \odot h_{t-1} + z_t \odot n_t",
            r"\mathrm{g}(u) = u + \tfrac12 \text{ if } u \ge 0 \text{ else } \sigma(u)",
        ),
        "Feng et al. 2024, arXiv:2410.01201",
        keeps="-z",
        keep_bias=0.0,
        parallel=True,
    ),
    Variant(
        "MinLSTM",
        "minimal LSTM: gates and candidate do not see h",
        tuple("ifg"),
        {"W": Param("(D, 3*H)", "input"), "b": Param("3*H", "bias")},
        {"h": "H"},
        "3*H*(D+1)",
        (
            r"f_t = \sigma(x_t W_f + b_f), \quad i_t = \sigma(x_t W_i + b_i)",
            r"g_t = \mathrm{g}(x_t W_g + b_g)",
            r"h_t = \frac{f_t}{f_t + i_t} \odot h_{t-1} + \frac{i_t}{f_t + i_t} \odot g_t",
            r"\mathrm{g}(u) = u + \tfrac12 \text{ if } u \ge 0 \text{ else } \sigma(u)",
        ),
        "Feng et al. 2024, arXiv:2410.01201",
        parallel=True,
    ),
    Variant(
        "SLSTM",
        "sLSTM: exponential gates, memory mixing",
        tuple("ifgo"),
        {
            "W": Param("(D, 4*H)", "input"),
            "U": Param("(heads, H//heads, 4*H//heads)", "recurrent"),
            "b": Param("4*H", "bias"),
        },
        {**HC, "n": "H", "m": "H"},
        "4*H*(D + H//heads + 1)",
        (
            r"[\tilde i, \tilde f, \tilde g, \tilde o]_t = x_t W + h_{t-1} U + b",
            r"m_t = \max(\log \sigma(\tilde f_t) + m_{t-1}, \tilde i_t)",
            r"i_t = \exp(\tilde i_t - m_t), \quad "
            r"f_t = \exp(\log \sigma(\tilde f_t) + m_{t-1} - m_t)",
            r"c_t = f_t \odot c_{t-1} + i_t \odot \tanh(\tilde g_t)",
            r"n_t = f_t \odot n_{t-1} + i_t",
            r"h_t = \sigma(\tilde o_t) \odot c_t / n_t",
        ),
        "Beck et al. 2024, arXiv:2405.04517",
        options={"heads": 1},
        requires=(("H % heads == 0", "expected hidden_size to be a multiple of heads"),),
        zoneout=("h",),
    ),
    Variant(
        "MLSTM",
        "mLSTM: matrix memory",
        tuple("qkvo"),
        {
            "W": Param("(D, 4*H)", "input"),
            "b": Param("4*H", "bias"),
            "W_i": Param("(D, heads)", "input"),
            "b_i": Param("heads", "bias"),
            "W_f": Param("(D, heads)", "input"),
            "b_f": Param("heads", "bias"),
        },
        {"h": "H", "C": "(heads, H//heads, H//heads)", "n": "(heads, H//heads)", "m": "heads"},
        "4*H*(D+1) + 2*heads*(D+1)",
        (
            r"[q, k, v]_t = x_t W_{qkv} + b_{qkv}, \quad k_t \leftarrow k_t / \sqrt{d}",
            r"\tilde i_t = x_t W_i + b_i, \quad \tilde f_t = x_t W_f + b_f",
            r"m_t = \max(\log \sigma(\tilde f_t) + m_{t-1}, \tilde i_t)",
            r"i_t = \exp(\tilde i_t - m_t), \quad "
            r"f_t = \exp(\log \sigma(\tilde f_t) + m_{t-1} - m_t)",
            r"C_t = f_t C_{t-1} + i_t\, v_t k_t^\top, \quad n_t = f_t n_{t-1} + i_t k_t",
            r"h_t = \sigma(x_t W_o + b_o) \odot C_t q_t / \max(|n_t^\top q_t|, e^{-m_t})",
        ),
        "Beck et al. 2024, arXiv:2405.04517",
        options={"heads": 1},
        requires=(("H % heads == 0", "expected hidden_size to be a multiple of heads"),),
        parallel=True,
        zoneout=(),
    ),
]

VARIANTS: dict[str, Variant] = {variant.name: variant for variant in _LIST}
"""Every variant by name."""


def get(name: str) -> Variant:
    """The variant of that name.

    Raises
    ------
    NameNotKnown
        With the names that exist.
    """
    if name not in VARIANTS:
        raise unknown("variant", name, VARIANTS)
    return VARIANTS[name]
