r"""Variants that differ in their connections: how x and h reach the gates, and what leaves."""

from lstmbook.variants.notation import HC, C, F, G, I, O, Y, dense
from lstmbook.variants.spec import Param, Variant

CONNECTIONS = [
    Variant(
        name="LayerNormLSTM",
        title="layer-normalised LSTM",
        blocks=tuple("ifgo"),
        params={
            **dense(4),
            "gamma_x": Param("4*H", "gain"),
            "beta_x": Param("4*H", "shift"),
            "gamma_h": Param("4*H", "gain"),
            "beta_h": Param("4*H", "shift"),
            "gamma_c": Param("H", "gain"),
            "beta_c": Param("H", "shift"),
        },
        states=HC,
        count="4*H*(D+H+1) + 18*H",
        equations=(
            r"[i, f, g, o]_t = [\sigma, \sigma, \tanh, \sigma]"
            r"(\mathrm{LN}_x(x_t W) + \mathrm{LN}_h(h_{t-1} U) + b)",
            C,
            r"h_t = o_t \odot \tanh(\mathrm{LN}_c(c_t))",
        ),
        reference="Ba, Kiros & Hinton 2016, arXiv:1607.06450",
        use="inputs and weights whose scale is not in your hand",
    ),
    Variant(
        name="ProjectedLSTM",
        title="LSTM with recurrent projection",
        blocks=tuple("ifgo"),
        params={**dense(4, "proj_size"), "P": Param("(H, proj_size)", "recurrent")},
        states={"h": "proj_size", "c": "H"},
        count="4*H*(D+proj_size+1) + H*proj_size",
        equations=(F, I, G, C, O, r"h_t = (o_t \odot \tanh(c_t)) P"),
        reference="Sak, Senior & Beaufays 2014, arXiv:1402.1128",
        use="a large memory c with a small output h",
        options={"proj_size": None},
        requires=(("0 < proj_size <= H", "expected 0 < proj_size <= hidden_size"),),
        output="proj_size",
    ),
    Variant(
        name="MultiplicativeLSTM",
        title="multiplicative LSTM",
        blocks=tuple("ifgo"),
        params={**dense(4), "W_m": Param("(D, H)", "input"), "U_m": Param("(H, H)", "recurrent")},
        states=HC,
        count="4*H*(D+H+1) + H*(D+H)",
        equations=(
            r"m_t = (x_t W_m) \odot (h_{t-1} U_m)",
            *(e.replace("h_{t-1}", "m_t") for e in (F, I, G)),
            C,
            O.replace("h_{t-1}", "m_t"),
            Y,
        ),
        reference="Krause et al. 2016, arXiv:1609.07959",
        use="symbols: each input has a recurrence of its own",
    ),
    *(
        Variant(
            name=f"ConvLSTM{n}D",
            title=f"convolutional LSTM, {n} space {'axis' if n == 1 else 'axes'}",
            blocks=tuple("ifgo"),
            params={
                "W": Param(f"(*(kernel_size,)*{n}, D, 4*H)", "input"),
                "U": Param(f"(*(kernel_size,)*{n}, H, 4*H)", "recurrent"),
                "b": Param("4*H", "bias"),
            },
            states=HC,
            count=f"4*H*(kernel_size**{n}*(D+H)+1)",
            equations=tuple(
                e.replace(r"x_t W", r"x_t * W").replace(r"h_{t-1} U", r"h_{t-1} * U")
                for e in (F, I, G, C, O, Y)
            ),
            reference="Shi et al. 2015, arXiv:1506.04214, without their peepholes",
            use="signals along one axis" if n == 1 else "moving pictures",
            options={"kernel_size": 3},
            requires=(("kernel_size % 2 == 1", "expected an odd kernel_size (same padding)"),),
            space=(n,),
        )
        for n in (1, 2)
    ),
    Variant(
        name="DepthwiseLSTM",
        title="depthwise LSTM: one kernel a channel and gate",
        blocks=tuple("ifgo"),
        params={
            "W": Param("(kernel_size, 4*D)", "depthwise"),
            "U": Param("(kernel_size, 4*H)", "depthwise"),
            "b": Param("4*H", "bias"),
            "M": Param("(4, D, H)", "input", "mixing"),
            "N": Param("(4, H, H)", "recurrent", "mixing"),
        },
        states=HC,
        count="4*kernel_size*(D+H) + 4*H + mixing*4*H*(D+H)",
        equations=tuple(
            e.replace(r"x_t W", r"x_t \star W").replace(r"h_{t-1} U", r"h_{t-1} \star U")
            for e in (F, I, G, C, O, Y)
        ),
        reference="Liu & Zhu 2018, arXiv:1711.06368; Pfeuffer & Dietmayer 2019, arXiv:1907.06876; "
        "a diagonal U, with a dense W, in a plain network: Li et al. 2018, arXiv:1803.04831",
        use="many channels that keep to themselves, few weights",
        options={"kernel_size": 3, "mixing": False},
        requires=(
            ("kernel_size % 2 == 1", "expected an odd kernel_size (same padding)"),
            ("mixing or D == H", "expected input_size == hidden_size, or mixing=True"),
        ),
        space=(0, 1),
    ),
]
