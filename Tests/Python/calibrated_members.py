"""Makes a world's table of climate members from fair-calibrate's ensemble: calibrated_members.py WORLDLINES DATA FOLDER [--check].

DATA has fair-calibrate's tables, FOLDER is a world. The numbers of a member are fair-calibrate's, rounded to six digits. The
columns `other_forcing_ratio[YEAR]` stand for everything but CO2, of which a world has no emissions:

    1980  the mean forcing of all else over that of CO2 in 1970-1990, with FaIR and all its species
    2010  with which the world's climate reaches the member's own warming of 2003-2022 above 1850-1900 in FaIR
    2050  the same for 2041-2060

FaIR's future is the scenario `medium-extension` and the world's is `ssp245`, which are near each other. Members stand in the
order of their warming in 2050. With --check nothing is written: the table in FOLDER must hold the same members, in their order but for
neighbours that warm alike to 1e-4 K, with the same numbers, ratios to 2e-4.
"""

import csv
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

START, END, SCENARIO, PATH = 1750, 2061, "medium-extension", "ssp245"
KNOTS = (1980, 2010, 2050)
GOALS = ((2003, 2022), (2041, 2060))
HEADS = [f"ocean_heat_capacity[{i}]" for i in range(3)] + [f"ocean_heat_transfer[{i}]" for i in range(3)] + [
    "deep_ocean_efficacy", "gamma_autocorrelation", "iirf_0[CO2]", "iirf_uptake[CO2]", "iirf_temperature[CO2]",
    "iirf_airborne[CO2]", "forcing_scale[CO2]", "baseline_concentration[CO2]",
]  # fmt: skip
SHARES, LIFETIMES = (0.2173, 0.2240, 0.2824, 0.2763), (1e9, 394.4, 36.54, 4.304)
G0, G1, PPM = 0.010178288, 11.41262243, 1 / (5.1352 * 44.009 / 28.97)


def mean(T, first, last):
    """The mean over years of what is given at the bounds between years."""
    years = (T[:-1] + T[1:]) / 2
    return years[first - START : last + 1 - START].mean(0)


def of_fair(command, data):
    """Temperatures at bounds, and forcing of all else over that of CO2 about the first knot."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "fair.h5"
        subprocess.run(
            [command, "climate", data, "-o", out, "--scenarios", SCENARIO, "--years", f"{START}-{END}", "--outputs",
             "temperature,forcing", "--set", "stochastic_run=0"],
            check=True, capture_output=True,
        )  # fmt: skip
        with h5py.File(out) as file:
            T = file["temperature"][:, 0, :, 0]
            forcing = np.nan_to_num(file["forcing"][:, 0])
            names = [row.tobytes().decode().rstrip("\0") for row in file["specie_name"][:]]
    co2 = forcing[..., names.index("CO2")]
    # Of volcanic forcing the energy balance sees 0.6.
    others = forcing.sum(-1) - 0.4 * forcing[..., names.index("Volcanic")] - co2
    about = slice(KNOTS[0] - 10 - START, KNOTS[0] + 11 - START)
    return T, others[about].mean(0) / co2[about].mean(0)


def exponential(A):
    """Of matrices, by Taylor's series of a 4096th and squaring."""
    A = A / 4096
    result = term = np.broadcast_to(np.eye(A.shape[-1]), A.shape)
    for order in range(1, 12):
        term = term @ A / order
        result = result + term
    for _ in range(12):
        result = result @ result
    return result


def co2_forcing(C):
    a, b, c, d, reference = -2.4785e-7, 7.5906e-4, -2.1492e-3, 5.2488, 277.15
    x = C - reference
    alpha = np.where(x <= 0, d, np.where(x <= -b / (2 * a), d + a * x * x + b * x, d - b * b / (4 * a)))
    return (alpha + c * np.sqrt(273.87)) * np.log(C / reference)


def between(year, ratios):
    """Linear between the knots, and as in the nearest beyond them."""
    return sum(np.interp(year, KNOTS, weights) * ratios[knot] for knot, weights in enumerate(np.eye(len(KNOTS))))


def of_world(m, emissions, ratios):
    """Temperatures at bounds of the world's climate: `WorldClimate.swift` in numpy."""
    count = len(ratios[0])
    c, k, deep = m[0:3], m[3:6], m[6] * m[5]
    A = np.zeros((count, 5, 5))
    A[:, 0, 0], A[:, 0, 4], A[:, 1, 0] = -m[7], m[7], 1 / c[0]
    A[:, 1, 1], A[:, 1, 2] = -(k[0] + k[1]) / c[0], k[1] / c[0]
    A[:, 2, 1], A[:, 2, 2], A[:, 2, 3] = k[1] / c[1], -(k[1] + deep) / c[1], deep / c[1]
    A[:, 3, 2], A[:, 3, 3] = k[2] / c[2], -k[2] / c[2]
    step = exponential(A)
    R, U, x = np.zeros((4, count)), 0.0, np.zeros((4, count))
    T = [x[1]]
    for year in range(START, END):
        air = R.sum(0)
        iirf = np.minimum(100, m[8] + m[9] * (U - air) + m[10] * x[1] + m[11] * air)
        alpha = G0 * np.exp(iirf / G1)
        for pool in range(4):
            rate = 1 / (alpha * LIFETIMES[pool])
            R[pool] = SHARES[pool] * emissions[year] * -np.expm1(-rate) / rate + R[pool] * np.exp(-rate)
        U += emissions[year]
        F = m[12] * 1.05 * (co2_forcing(R.sum(0) * PPM + m[13]) - co2_forcing(m[13])) * (1 + between(year, ratios))
        x = np.einsum("nij,jn->in", step[:, :4, :4], x) + step[:, :4, 4].T * F
        T.append(x[1])
    return np.array(T)


def fit(m, emissions, first, goals):
    """The ratios with which the world's climate reaches the goals, by Newton's method."""

    def missed(ratios):
        T = of_world(m, emissions, ratios)
        return np.array([mean(T, *years) - mean(T, 1850, 1900) for years in GOALS]) - goals

    ratios = np.array([first, np.full_like(first, 0.2), np.full_like(first, 0.3)])
    while np.abs(off := missed(ratios)).max() > 1e-9:
        slopes = []
        for knot in (1, 2):
            moved = ratios.copy()
            moved[knot] += 1e-4
            slopes.append((missed(moved) - off) / 1e-4)
        ratios[1:] -= np.linalg.solve(np.array(slopes).transpose(2, 1, 0), off.T[..., None])[..., 0].T
    return ratios


def table(command, data, world):
    with open(next(data.glob("calibrated_constrained_parameters*.csv"))) as file:
        rows = list(csv.DictReader(file))
    texts = [[f"{float(row[head]):.6g}" for head in HEADS] for row in rows]
    m = np.array(texts, dtype=float).T
    with open(world / "emissions.csv") as file:
        emissions = {int(r["year"]): float(r["co2 [GtCO2/yr]"]) for r in csv.DictReader(file) if r["scenario"] == PATH}
    T, first = of_fair(command, data)
    goals = np.array([mean(T, *years) - mean(T, 1850, 1900) for years in GOALS])
    ratios = fit(m, emissions, first, goals)
    warming = mean(of_world(m, emissions, ratios), 2050, 2050)
    names = [next(iter(row.values())) for row in rows]
    made = [[names[i], *texts[i], *(f"{ratio:.4f}" for ratio in ratios[:, i])] for i in np.argsort(warming, kind="stable")]
    head = ["name", *HEADS, *(f"other_forcing_ratio[{year}]" for year in KNOTS)]
    return [head, *made], dict(zip(names, warming))


def differences(found, made, warming):
    if found[0] != made[0] or sorted(row[0] for row in found) != sorted(row[0] for row in made):
        yield "other columns or other members"
        return
    of = {row[0]: row[1:] for row in made[1:]}
    for row, (before, after) in zip(found[1:], zip([found[1], *found[1:]], found[1:])):
        if warming[after[0]] < warming[before[0]] - 1e-4:
            yield f"member {row[0]} is not in the order of warming"
        *same, first, second, third = zip(row[1:], of[row[0]])
        if any(a != b for a, b in same) or any(abs(float(a) - float(b)) > 2e-4 for a, b in (first, second, third)):
            yield f"member {row[0]} has {row[1:]}, not {of[row[0]]}"


def main(command, data, world, check=None):
    file = pathlib.Path(world) / "members.csv"
    made, warming = table(command, pathlib.Path(data), pathlib.Path(world))
    if check is None:
        file.write_text("".join(",".join(row) + "\n" for row in made))
        print(f"{file}: {len(made) - 1} members")
        return
    wrong = list(differences(list(csv.reader(open(file))), made, warming))
    print("\n".join([*wrong[:5], f"{file}: {len(made) - 1} members, {len(wrong)} unlike what fair-calibrate's tables give"]))
    sys.exit(len(wrong) > 0)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5) or sys.argv[4:] not in ([], ["--check"]):
        sys.exit(__doc__)
    main(*sys.argv[1:])
