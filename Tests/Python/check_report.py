"""Holds a report against its archive: check_report.py ARCHIVE REPORT.

The page is well-formed, loads nothing from outside, and names every policy, every outcome and the study's digest; the means in its
tables are those of the archive.
"""

import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import xarray


def text(values):
    return [value.decode() if isinstance(value, bytes) else str(value) for value in np.asarray(values).tolist()]


def main(archive_path, report_path):
    with open(report_path, encoding="utf-8") as file:
        source = file.read()
    assert source.startswith("<!DOCTYPE html>"), "no HTML"
    page = ElementTree.fromstring(source)
    for element in page.iter():
        assert element.tag not in ("script", "link", "img", "iframe", "object", "use", "image"), element.tag
        for name, value in element.attrib.items():
            assert "//" not in value and "url(" not in value and name != "src", f"{name}={value}"
    style = "".join(element.text or "" for element in page.iter("style"))
    assert "url(" not in style and "@import" not in style
    words = "".join(page.itertext())
    with xarray.open_dataset(archive_path) as archive:
        policy = np.array(text(archive.policy.values))
        assert archive.attrs["study_digest"] in words, "the digest is missing"
        for name in dict.fromkeys(policy.tolist()):
            assert name in words, f"policy {name} is missing"
        found = {
            (cell.get("data-policy"), cell.get("data-outcome")): float(cell.find("data").get("value"))
            for cell in page.iter("td")
            if cell.get("data-measure") == "mean"
        }
        outcomes = [name for name in archive.data_vars if name.startswith("outcome_")]
        assert len(found) == len(outcomes) * len(set(policy.tolist())), "a mean is missing"
        for name in outcomes:
            for option in set(policy.tolist()):
                mean = float(archive[name].values[policy == option].mean())
                value = found[option, name.removeprefix("outcome_")]
                # Sums in another order differ in the last digits.
                assert abs(value - mean) <= 1e-12 * max(abs(mean), 1), f"{name} of {option}: {value}, not {mean}"
    figures = sum(1 for _ in page.iter("figure"))
    assert figures > 0, "no figure"
    print(f"{report_path}: {figures} figures, {len(found)} means agree")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("check_report.py ARCHIVE REPORT")
    main(*sys.argv[1:])
