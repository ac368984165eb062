"""FaIR 2.2.5's equations in numpy, with a loop over time and over nothing else: what a careful user would write.

Members are the last axis. Carbon dioxide has four pools, every other gas the one that it uses. Only what `bench_climate`
runs is here: emissions drive everything, forcing is Meinshausen's or Leach's, nothing is random.
"""

import numpy as np
import scipy.linalg

MEINSHAUSEN = dict(
    a1=-2.4785e-07, b1=0.00075906, c1=-0.0021492, d1=5.2488, a2=-0.00034197, b2=0.00025455, c2=-0.00024357,
    d2=0.12173, a3=-8.9603e-05, b3=-0.00012462, d3=0.045194,
)  # fmt: skip


def propagators(capacity, transfer, efficacy, gamma):
    """Matrix exponentials of all members at once; capacity and transfer are (layer, member)."""
    layers, members = capacity.shape
    matrix = np.zeros((members, layers + 1, layers + 1))
    matrix[:, 0, 0] = -gamma
    matrix[:, 1, 0] = 1 / capacity[0]
    for layer in range(layers):
        below = 0.0
        if layer + 1 < layers:
            below = transfer[layer + 1] * (efficacy if layer == layers - 2 else 1)
            matrix[:, layer + 1, layer + 2] = below / capacity[layer]
        matrix[:, layer + 1, layer + 1] = -(transfer[layer] + below) / capacity[layer]
        if layer:
            matrix[:, layer + 1, layer] = transfer[layer] / capacity[layer]
    discrete = scipy.linalg.expm(matrix)
    push = np.zeros((members, layers + 1, 1))
    push[:, 0, 0] = gamma
    response = np.linalg.solve(matrix, (discrete - np.eye(layers + 1)) @ push)[..., 0]
    return discrete, response


def run_co2(case):
    """Surface temperature (bound, member) of CO2 alone with Leach's forcing; `case` is a dict of arrays."""
    discrete, response = propagators(case["capacity"], case["transfer"], case["efficacy"], case["gamma"])
    members = case["capacity"].shape[1]
    emissions = case["emissions"]
    steps = len(emissions)
    shares, lifetimes = case["shares"][:, None], case["lifetimes"][:, None]
    pools = np.zeros((4, members))
    airborne = np.zeros(members)
    state = np.zeros((members, response.shape[1]))
    temperature = np.zeros((steps + 1, members))
    total = 0.0
    scale = case["scale"]
    root = np.sqrt(case["C0"])
    for step in range(steps):
        iirf = case["r0"] + case["ru"] * (total - airborne) + case["rt"] * state[:, 1] + case["ra"] * airborne
        iirf = np.minimum(iirf, 100)
        alpha = case["g0"] * np.exp(iirf / case["g1"])
        rate = 1 / (alpha * lifetimes)
        decay = np.exp(-rate)
        pools = shares * emissions[step] / rate * (1 - decay) + pools * decay
        airborne = pools.sum(axis=0)
        total += emissions[step]
        C = case["C0"] + case["kappa"] * airborne
        forcing = scale * (4.57 * np.log(C / case["C0"]) + 0.086 * (np.sqrt(C) - root))
        state = (discrete @ state[..., None])[..., 0] + response * forcing[:, None]
        temperature[step + 1] = state[:, 1]
    return temperature


def run_full(case):
    """Surface temperature (bound, member) of all species of the calibrated ensemble."""
    discrete, response = propagators(case["capacity"], case["transfer"], case["efficacy"], case["gamma"])
    members = case["capacity"].shape[1]
    E = case["emissions"]  # (species of emissions, step)
    steps = E.shape[1]
    gases, names = case["gases"], case["names"]
    co2, ch4, n2o = (gases.index(name) for name in ("CO2", "CH4", "N2O"))
    minor = [index for index in range(len(gases)) if index not in (co2, ch4, n2o)]
    single = [index for index in range(len(gases)) if index != co2]
    row = {name: index for index, name in enumerate(names)}
    emitted = np.array([row[gases[index]] for index in single])
    C0, kappa = case["C0"], case["kappa"]  # (gas, member), (gas,)
    pools = np.zeros((4, members))
    burden = np.zeros((len(single), members))
    C = C0.copy()
    airborne = np.zeros(members)
    eesc = case["eesc0"] * np.ones(members)
    state = np.zeros((members, response.shape[1]))
    temperature = np.zeros((steps + 1, members))
    base = case["base"]  # (species of emissions,)
    total = land = 0.0
    p = MEINSHAUSEN
    lifetimes, shares = case["lifetimes"][:, None], case["shares"][:, None]
    fixed_rate = 1 / (case["alpha"] * case["tau"])[:, None]  # of single gases; methane's is overwritten
    fixed_decay = np.exp(-fixed_rate)
    methane = single.index(ch4)
    act, act_base = case["act"], base[case["act"]][:, None]
    sensitivity = case["ch4_by_emission"][:, None]
    floor = np.log(0.01)

    def main_forcing(C, M, N):
        X0, M0, N0 = case["Cr"][co2], case["Cr"][ch4], case["Cr"][n2o]
        above = C - X0
        most = X0 - p["b1"] / (2 * p["a1"])
        alpha = np.where(
            C <= X0, p["d1"],
            np.where(
                C > most, p["d1"] - p["b1"] ** 2 / (4 * p["a1"]), p["d1"] + p["a1"] * above**2 + p["b1"] * above
            ),
        )  # fmt: skip
        rc, rm, rn = np.sqrt(C), np.sqrt(M), np.sqrt(N)
        return np.stack([
            (alpha + p["c1"] * rn) * np.log(C / X0),
            (p["a3"] * rm + p["b3"] * rn + p["d3"]) * (rm - np.sqrt(M0)),
            (p["a2"] * rc + p["b2"] * rn + p["c2"] * rm + p["d2"]) * (rn - np.sqrt(N0)),
        ])  # fmt: skip

    main_scale = case["scale"][[co2, ch4, n2o]]
    offset = main_forcing(C0[co2], C0[ch4], C0[n2o]) * main_scale
    minor_weight = case["efficiency"][minor][:, None] * 0.001 * case["scale"][minor]
    minor_base = C0[minor]
    cloud_base = np.log(1 + (case["cloud"] * base[case["act"]][:, None]).sum(axis=0))
    for step in range(steps):
        e = E[:, step]
        T = state[:, 1]
        iirf = case["r0"] + case["ru"] * (total - airborne) + case["rt"] * T + case["ra"] * airborne
        alpha = case["g0"] * np.exp(np.minimum(iirf, 100) / case["g1"])
        by_emission = np.fmax(np.log(1 + (e[act][:, None] - act_base) * sensitivity), floor).sum(axis=0)
        by_content = (
            np.fmax(np.log(1 + (C[ch4] - C0[ch4]) * case["s_ch4"]), floor)
            + np.fmax(np.log(1 + (C[n2o] - C0[n2o]) * case["s_n2o"]), floor)
            + np.fmax(np.log(1 + (eesc - case["eesc0"]) * case["s_eesc"]), floor)
        )
        alpha_ch4 = np.exp(by_emission + by_content + np.log(np.fmax(1 + T * case["s_t"], floor)))
        rate = 1 / (alpha * lifetimes)
        decay = np.exp(-rate)
        carbon = e[row["CO2 FFI"]] + e[row["CO2 AFOLU"]]
        pools = shares * carbon / rate * (1 - decay) + pools * decay
        airborne = pools.sum(axis=0)
        C[co2] = C0[co2] + kappa[co2] * airborne
        source = (e[emitted] - base[emitted])[:, None]
        others = source / fixed_rate * (1 - fixed_decay) + burden * fixed_decay
        rate = 1 / (alpha_ch4 * case["tau"][methane])
        decay = np.exp(-rate)
        others[methane] = source[methane] / rate * (1 - decay) + burden[methane] * decay
        burden = others
        C[single] = C0[single] + kappa[single][:, None] * burden
        total += carbon
        land += e[row["CO2 AFOLU"]]
        forcing = (main_forcing(C[co2], C[ch4], C[n2o]) * main_scale - offset).sum(axis=0)
        forcing += ((C[minor] - minor_base) * minor_weight).sum(axis=0)
        change = e[act][:, None] - act_base
        ari = (change * case["ari"]).sum(axis=0)
        ari += (C[ch4] - C0[ch4]) * case["ari_ch4"] + (C[n2o] - C0[n2o]) * case["ari_n2o"]
        aci = case["aci_scale"] * (np.log(1 + (case["cloud"] * e[act][:, None]).sum(axis=0)) - cloud_base)
        eesc = (case["atoms"][:, None] * C).sum(axis=0)
        ozone = (change * case["ozone"]).sum(axis=0) + (C[ch4] - C0[ch4]) * case["ozone_ch4"]
        ozone += (C[n2o] - C0[n2o]) * case["ozone_n2o"] + (eesc - case["eesc0"]) * case["ozone_eesc"]
        ozone += case["ozone_feedback"] * T
        rest = case["lapsi"] * (e[row["BC"]] - base[row["BC"]]) + case["water"] * (C[ch4] - C0[ch4]) + case["land"] * land
        effective = forcing + ari + aci + ozone + rest + case["prescribed"][step + 1]
        state = (discrete @ state[..., None])[..., 0] + response * effective[:, None]
        temperature[step + 1] = state[:, 1]
    return temperature
