"""Checks `compare` and `discover` against numpy on an archive: check_compare.py WORLDLINES ARCHIVE FOLDER

What is printed as JSON must follow from the archive's outcomes; the group /optimizer must be read by xarray with both of its
engines and say the same; and nothing else in the archive may change.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import warnings

import numpy
import xarray


def call(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def close(a, b):
    return numpy.allclose(a, b, rtol=1e-9, atol=0)


def check(truth, text):
    if not truth:
        sys.exit(text)


def main(binary, archive, folder):
    copy = pathlib.Path(folder) / "compared.h5"
    shutil.copy(archive, copy)
    report = json.loads(call(binary, "compare", copy, "--json", "--write"))
    call("h5diff", "--exclude-path", "/optimizer", archive, copy)

    data = xarray.open_dataset(archive).load()
    names = [str(name)[8:] for name in data.variables if str(name).startswith("outcome_")]
    policies = len(report["policies"])
    directions = {name: data[f"outcome_{name}"].attrs["direction"] for name in names}
    values = {name: data[f"outcome_{name}"].values.reshape(-1, policies).T for name in names}
    signs = {name: 1 if directions[name] == "minimize" else -1 for name in names}
    points = numpy.array([signs[name] * values[name].mean(axis=1) for name in names]).T
    for place, row in enumerate(report["policies"]):
        for name in names:
            own, found = values[name][place], row["outcomes"][name]
            worst = own.max() if signs[name] > 0 else own.min()
            expected = [own.mean(), numpy.percentile(own, 10), numpy.percentile(own, 90), worst]
            check(close([found[key] for key in ("mean", "p10", "p90", "worst")], expected), f"{name}: summary")
            best = (signs[name] * values[name]).min(axis=0)
            regret = (signs[name] * own - best).max()
            check(close(row["robustness"]["minimax_regret"][name], regret), f"{name}: regret")
        dominated = ((points <= points[place]).all(axis=1) & (points < points[place]).any(axis=1)).any()
        check((row["rank"] == 0) != dominated, f"rank of {row['policy']}")

    for engine in ("netcdf4", "h5netcdf"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with xarray.open_dataset(copy, engine=engine) as root:
                check(set(root.variables) == set(data.variables), f"{engine}: the root has other variables than before")
            with xarray.open_dataset(copy, engine=engine, group="optimizer") as group:
                group.load()
        order = [text.decode() if isinstance(text, bytes) else str(text) for text in group.outcome.values]
        check(order == names, f"{engine}: outcomes are {order}")
        check(list(group["rank"].values) == [row["rank"] for row in report["policies"]], f"{engine}: ranks")
        means = [[row["outcomes"][name]["mean"] for name in names] for row in report["policies"]]
        check(close(group["mean"].values, means), f"{engine}: means")
        check(close(group.attrs["hypervolume"], report["hypervolume"]), f"{engine}: hypervolume")

    first = names[0]
    everything = values[first].flatten()
    threshold = float(numpy.median(everything))
    for method in ("prim", "cart"):
        found = json.loads(
            call(binary, "discover", archive, "--outcome", first, "--above", threshold, "--method", method, "--json")
        )
        check(found["interesting"] == int((everything > threshold).sum()), f"{method}: cases of interest")
        check(all(0 <= box["density"] <= 1 for box in found["boxes"]), f"{method}: densities")
    print(f"{archive}: {policies} policies and {len(names)} outcomes compared as numpy does")


if __name__ == "__main__":
    main(*sys.argv[1:])
