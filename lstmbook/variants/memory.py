r"""Variants that differ in their memory: read by no gate, with a normaliser, or a matrix."""

from lstmbook.variants.notation import HC
from lstmbook.variants.spec import Param, Variant

MEMORY = [
    Variant(
        name="MinGRU",
        title="minimal GRU: gate and candidate do not see h",
        blocks=tuple("zn"),
        params={"W": Param("(D, 2*H)", "input"), "b": Param("2*H", "bias")},
        states={"h": "H"},
        count="2*H*(D+1)",
        equations=(
            r"z_t = \sigma(x_t W_z + b_z)",
            r"n_t = \mathrm{g}(x_t W_n + b_n)",
            r"h_t = (1 - z_t) \odot h_{t-1} + z_t \odot n_t",
            r"\mathrm{g}(u) = u + \tfrac12 \text{ if } u \ge 0 \text{ else } \sigma(u)",
        ),
        reference="Feng et al. 2024, arXiv:2410.01201",
        use="long sequences, all steps computed at once",
        keeps="-z",
        keep_bias=0.0,
        parallel=True,
    ),
    Variant(
        name="MinLSTM",
        title="minimal LSTM: gates and candidate do not see h",
        blocks=tuple("ifg"),
        params={"W": Param("(D, 3*H)", "input"), "b": Param("3*H", "bias")},
        states={"h": "H"},
        count="3*H*(D+1)",
        equations=(
            r"f_t = \sigma(x_t W_f + b_f), \quad i_t = \sigma(x_t W_i + b_i)",
            r"g_t = \mathrm{g}(x_t W_g + b_g)",
            r"h_t = \frac{f_t}{f_t + i_t} \odot h_{t-1} + \frac{i_t}{f_t + i_t} \odot g_t",
            r"\mathrm{g}(u) = u + \tfrac12 \text{ if } u \ge 0 \text{ else } \sigma(u)",
        ),
        reference="Feng et al. 2024, arXiv:2410.01201",
        use="long sequences, all steps computed at once",
        parallel=True,
    ),
    Variant(
        name="SLSTM",
        title="sLSTM: exponential input gate, memory mixing",
        blocks=tuple("ifgo"),
        params={
            "W": Param("(D, 4*H)", "input"),
            "U": Param("(heads, H//heads, 4*H//heads)", "recurrent"),
            "b": Param("4*H", "bias"),
        },
        states={**HC, "n": "H", "m": "H"},
        count="4*H*(D + H//heads + 1)",
        equations=(
            r"[\tilde i, \tilde f, \tilde g, \tilde o]_t = x_t W + h_{t-1} U + b",
            r"m_t = \max(\log \sigma(\tilde f_t) + m_{t-1}, \tilde i_t)",
            r"i_t = \exp(\tilde i_t - m_t), \quad "
            r"f_t = \exp(\log \sigma(\tilde f_t) + m_{t-1} - m_t)",
            r"c_t = f_t \odot c_{t-1} + i_t \odot \tanh(\tilde g_t)",
            r"n_t = f_t \odot n_{t-1} + i_t",
            r"h_t = \sigma(\tilde o_t) \odot c_t / n_t",
        ),
        reference="Beck et al. 2024, arXiv:2405.04517",
        use="what was stored must be overwritten: an exponential input gate",
        options={"heads": 1},
        requires=(("H % heads == 0", "expected hidden_size to be a multiple of heads"),),
        zoneout=("h",),
    ),
    Variant(
        name="MLSTM",
        title="mLSTM: matrix memory",
        blocks=tuple("qkvo"),
        params={
            "W": Param("(D, 4*H)", "input"),
            "b": Param("4*H", "bias"),
            "W_i": Param("(D, heads)", "input"),
            "b_i": Param("heads", "bias"),
            "W_f": Param("(D, heads)", "input"),
            "b_f": Param("heads", "bias"),
        },
        states={
            "h": "H",
            "C": "(heads, H//heads, H//heads)",
            "n": "(heads, H//heads)",
            "m": "heads",
        },
        count="4*H*(D+1) + 2*heads*(D+1)",
        equations=(
            r"[q, k, v]_t = x_t W_{qkv} + b_{qkv}, \quad k_t \leftarrow k_t / \sqrt{d}",
            r"\tilde i_t = x_t W_i + b_i, \quad \tilde f_t = x_t W_f + b_f",
            r"m_t = \max(\log \sigma(\tilde f_t) + m_{t-1}, \tilde i_t)",
            r"i_t = \exp(\tilde i_t - m_t), \quad "
            r"f_t = \exp(\log \sigma(\tilde f_t) + m_{t-1} - m_t)",
            r"C_t = f_t C_{t-1} + i_t\, v_t k_t^\top, \quad n_t = f_t n_{t-1} + i_t k_t",
            r"h_t = \sigma(x_t W_o + b_o) \odot C_t q_t / \max(|n_t^\top q_t|, e^{-m_t})",
        ),
        reference="Beck et al. 2024, arXiv:2405.04517",
        use="much to store: a matrix as memory, all steps at once",
        options={"heads": 1},
        requires=(("H % heads == 0", "expected hidden_size to be a multiple of heads"),),
        parallel=True,
        zoneout=(),
    ),
]
