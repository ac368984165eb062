"""Runs the studies of Worlds/dice2016 and holds their archives against DICE-2016 written anew: check_dice.py BINARY WORLDS OUT.

The equations are those of Nordhaus's GAMS file, in plain Python over one path at a time; the controls are read from the
world's tables. Every column of DICE must agree to 1e-9, the social cost of carbon to 1e-7. Then `optimize` has 15,000 policies
to find the optimum again, by 20 rates of abatement and 13 knots of saving.
"""

import csv
import math
import subprocess
import sys

import xarray

SCALE = {
    "people": ("L", 1e6), "productivity": ("AL", 1), "carbon_intensity": ("SIGMA", 1), "abatement": ("MIU", 1),
    "savings_rate": ("S", 1), "capital": ("K", 1e12), "gross_product": ("YGROSS", 1e12), "damage_share": ("DAMFRAC", 1),
    "damages": ("DAMAGES", 1e12), "abatement_cost": ("ABATECOST", 1e12), "net_product": ("Y", 1e12),
    "investment": ("I", 1e12), "consumption": ("C", 1e12), "consumption_per_person": ("CPC", 1e3),
    "emissions_to_air": ("E", 1), "industry_emissions": ("EIND", 1e9), "cumulative_carbon": ("CCA", 1),
    "carbon_atmosphere": ("MAT", 1), "carbon_upper_ocean": ("MU", 1), "carbon_lower_ocean": ("ML", 1),
    "forcing": ("FORC", 1), "warming": ("TATM", 1), "deep_ocean_warming": ("TOCEAN", 1),
    "marginal_abatement_cost": ("CPRICE", 1), "utility": ("PERIODU", 1),
}


def controls(path):
    with open(path, newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [float(row[1]) for row in rows], [float(row[2]) for row in rows]


def dice(mu, s, a2, sigma, carbon, pulse=None):
    """The columns of DICE as lists, welfare last; `pulse` is the index of a step with 1 GtCO2/yr more."""
    L, A, K, g = 7403.0, 5.115, 223.0, -0.0152
    MAT, MU, ML, T, TO = 851.0, 460.0, 1740.0, 0.85, 0.0068
    b12, b23 = 0.12, 0.007
    b21, b32 = b12 * 588 / 360, b23 * 360 / 1720
    path = {name: [] for name, _ in SCALE.values()}
    welfare = 0.0
    for t in range(100):
        other = 0.5 + min(t / 17, 1) * 0.5
        FORC = 3.6813 * math.log2(MAT / 588) + other
        Y0 = A * (L / 1000) ** 0.7 * K**0.3
        pb = 550 * 0.975**t
        damage, cost = a2 * T * T, pb * sigma / 2600 * mu[t] ** 2.6
        Y = Y0 * (1 - damage - cost)
        I = s[t] * Y
        C = Y - I
        industry = sigma * Y0 * (1 - mu[t])
        E = industry + 2.6 * 0.885**t + (1 if t == pulse else 0)
        c = 1000 * C / L
        u = (c**-0.45 - 1) / -0.45 - 1
        welfare += 5 * 0.0302455265681763 * u * L * 1.015 ** (-5 * t)
        values = (
            L, A, sigma, mu[t], s[t], K, Y0, damage, damage * Y0, cost * Y0, Y, I, C, c, E, industry, carbon, MAT, MU, ML,
            FORC, T, TO, pb * mu[t] ** 1.6, u,
        )
        for name, value in zip(path, values):
            path[name].append(value)
        K = 0.9**5 * K + 5 * I
        carbon += 5 * industry / 3.666
        MAT, MU, ML = (
            MAT * (1 - b12) + MU * b21 + 5 * E / 3.666,
            MAT * b12 + MU * (1 - b21 - b23) + ML * b32,
            MU * b23 + ML * (1 - b32),
        )
        forcing = 3.6813 * math.log2(MAT / 588) + 0.5 + min((t + 1) / 17, 1) * 0.5
        T, TO = T + 0.1005 * (forcing - 3.6813 / 3.1 * T - 0.088 * (T - TO)), TO + 0.025 * (T - TO)
        L *= (11500 / L) ** 0.134
        A /= 1 - 0.076 * math.exp(-0.025 * t)
        sigma *= math.exp(5 * g)
        g *= 0.999**5
    return path, welfare - 10993.704


def social_cost(numbers, year):
    i = (year - 2015) // 5
    plain, pulsed = dice(*numbers)[0], dice(*numbers, pulse=i)[0]
    return sum(
        (plain["C"][k] - pulsed["C"][k]) * 1e3 * (plain["CPC"][i] / plain["CPC"][k]) ** 1.45 * 1.015 ** (-5 * (k - i))
        for k in range(i, 100)
    )


def check(path, line, numbers):
    def near(name, found, expected, tolerance, least=0.0):
        if not abs(found - expected) <= tolerance * max(abs(expected), least):
            findings.append(f"{path}: {name} of world line {line} is {found!r}, not {expected!r}")

    findings = []
    # The years go beyond what numpy's dates hold.
    coder = xarray.coders.CFDatetimeCoder(use_cftime=True)
    with xarray.open_dataset(path, engine="h5netcdf", decode_times=coder) as archive:
        archive = archive.isel(world_line=line).load()
    expected, welfare = dice(*numbers)
    if list(archive.time.dt.year.values) != list(range(2015, 2511, 5)):
        findings.append(f"{path}: time does not have the years 2015, 2020 ... 2510")
    for variable, (column, unit) in SCALE.items():
        for step in range(100):
            near(f"{variable}[{step}]", float(archive[variable][step]) / unit, expected[column][step], 1e-9, 1e-3)
    near("outcome_welfare", float(archive.outcome_welfare), welfare, 1e-10)
    for year in (2015, 2020, 2050):
        near(f"outcome_scc_{year}", float(archive[f"outcome_scc_{year}"]), social_cost(numbers, year), 1e-7)
    return findings


def check_search(path, base, optimal):
    """The best policy of a search: welfare to 1e-4 of the gain, the rates of abatement and the warming to 0.01."""
    least, (columns, most) = dice(*base)[1], dice(*optimal)
    with xarray.open_dataset(path, engine="h5netcdf", decode_times=False) as archive:
        best = int(archive.outcome_welfare.values.argmax())
        welfare, lines = float(archive.outcome_welfare[best]), archive.sizes["world_line"]
        warming = [float(value) for value in archive.warming[best]]
        rates = [float(archive[f"range_controls_value_controls_{2015 + 5 * step}_miu"][best]) for step in range(1, 18)]
    gap = (most - welfare) / (most - least)
    findings = []
    if not 0 <= gap <= 1e-4:
        findings.append(f"{path}: {gap} of the gain is missed after {lines} policies")
    for step in range(1, 18):
        for name, found, expected in (
            ("rate of abatement", rates[step - 1], columns["MIU"][step]), ("warming", warming[step], columns["TATM"][step])
        ):
            if abs(found - expected) > 0.01:
                findings.append(f"{path}: the {name} of {2015 + 5 * step} is {found}, not {expected}")
    if lines > 15000:
        findings.append(f"{path}: {lines} policies were simulated, of 15000")
    print(f"optimum-knots: {gap:.2e} of the gain is missed after {lines} policies")
    return findings


def main(binary, worlds, out):
    folder = f"{worlds}/dice2016"
    base, optimal = controls(f"{folder}/controls.csv"), controls(f"{folder}/studies/optimal.csv")
    sheet, gams = (0.00236, 0.3503200274, 500.0), (0.00227, 35.85 / (105.5 * 0.97), 400.0)
    findings = []
    for study, lines in (("base", [(*base, *sheet)]), ("optimal", [(*base, *gams), (*optimal, *gams)])):
        path = f"{out}/dice-{study}.h5"
        subprocess.run([binary, "run", f"{folder}/studies/{study}.yaml", "-o", path, "--force"], check=True)
        for line, numbers in enumerate(lines):
            findings += check(path, line, numbers)
    path = f"{out}/dice-optimum.h5"
    search = [binary, "optimize", f"{folder}/studies/optimum-knots.yaml", "-o", path, "--force", "--budget", "15000"]
    subprocess.run(search, check=True)
    findings += check_search(path, (*base, *gams), (*optimal, *gams))
    for finding in findings:
        print(finding)
    print(f"DICE-2016: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
