import Foundation
import Testing

@testable import Archive

/// A Python with xarray, netCDF4, h5netcdf and compliance-checker; `make test` names it.
private let python = ProcessInfo.processInfo.environment["WORLDLINES_PYTHON"]

/// Other people's programs open an archive with no options and no warning.
@Suite(.serialized)
struct ReadersTests {
    @Test(.enabled(if: python != nil, "WORLDLINES_PYTHON names no Python"), arguments: ["netcdf4", "h5netcdf"])
    func xarrayReads(engine: String) throws {
        try inFolder { folder in
            let toy = Toy()
            try toy.write(folder + "/toy.h5")
            let script = """
                import sys, warnings
                import xarray
                warnings.simplefilter("error")
                data = xarray.open_dataset(sys.argv[1], engine=sys.argv[2])
                print(sorted(data.sizes.items()))
                print(sorted(data.coords))
                print(sorted(data.data_vars))
                print(data.city_name.values.tolist(), data.policy.values[7], data.lever_site.values[8])
                print(data.time.dt.year.values.tolist())
                print(repr(data.electricity_price.isel(world_line=7, city=2).sel(time="2031").values.item()))
                print(data.sample.dtype, data.parent_world_line.values[6:12].tolist())
                price = data.electricity_price
                print(price.units, price.comment, data.global_temperature.units_metadata)
                tree = xarray.open_datatree(sys.argv[1], engine=sys.argv[2])
                print(tree["/states/site1-doubled"]["heat"].shape, tree["/states/source"]["file_0"].attrs["path"])
                """
            let (status, output) = try shell([python ?? "", "-c", script, folder + "/toy.h5", engine])
            let value = toy.value(variable: 1, year: 2031, entity: 2, sample: 1, choices: [0, 1])
            let expected = """
                [('carrier', 2), ('city', 4), ('nv', 2), ('time', 6), ('world_line', 66)]
                ['carrier_name', 'city_name', 'fork_time_index', 'lat', 'lever_site', 'lever_ties', 'lon', \
                'parent_world_line', 'policy', 'sample', 'time', 'uncertainty_climate_ecs', 'world_line']
                ['electricity_price', 'generation', 'global_temperature', 'load', 'outcome_cost', 'outcome_price', \
                'time_bnds']
                ['City 0', 'Zürich', 'City 2', 'City 3'] site0/doubled site1
                [2026, 2027, 2028, 2029, 2030, 2031]
                \(value)
                int32 [-1, 6, 6, 8, 6, 10]
                MW-1 h-1 unit: USD_2025/MWh temperature: difference
                (11, 3) world.yaml

                """
            #expect(status == 0)
            #expect(output == expected)
        }
    }

    @Test(.enabled(if: python != nil, "WORLDLINES_PYTHON names no Python"))
    func itConformsToCF() throws {
        try inFolder { folder in
            // CF wants the suffix .nc; xarray and all others don't look at it.
            try Toy().write(folder + "/toy.nc")
            let checker = Durable.split(python ?? "").folder + "/compliance-checker"
            let (status, output) = try shell([checker, "-t", "cf:1.11", "-c", "lenient", folder + "/toy.nc"])
            #expect(status == 0, "\(output)")
            #expect(!output.contains("Errors"), "\(output)")
            #expect(!output.contains("exception"), "\(output)")
        }
    }

    @Test(.enabled(if: has("ncdump"), "no ncdump"))
    func ncdumpReads() throws {
        try inFolder { folder in
            try Toy().write(folder + "/toy.h5")
            let (status, output) = try shell(["ncdump", "-h", folder + "/toy.h5"])
            #expect(status == 0, "\(output)")
            for text in [
                "world_line = 66 ;", "double electricity_price(world_line, time, city) ;",
                "int world_line(world_line) ;",
                "char policy(world_line, string13) ;", "time:calendar = \"noleap\" ;",
                "group: states {",
                "double heat(sample, entity3) ;",
            ] {
                #expect(output.contains(text), "no '\(text)' in:\n\(output)")
            }
            #expect(!output.contains("phony_dim"))
        }
    }

    @Test(.enabled(if: has("h5dump"), "no h5dump"))
    func h5dumpReads() throws {
        try inFolder { folder in
            try Toy().write(folder + "/toy.h5")
            #expect(try shell(["h5dump", folder + "/toy.h5"]).status == 0)
            let (_, layout) = try shell(["h5dump", "-H", "-p", "-B", "-d", "/load", folder + "/toy.h5"])
            #expect(layout.contains("CHUNKED ( 48, 6 )") && layout.contains("DEFLATE { LEVEL 4 }"), "\(layout)")
            #expect(layout.contains("SUPERBLOCK_VERSION 0"), "\(layout)")
        }
    }

    @Test(.enabled(if: works(["Rscript", "-e", "library(ncdf4)"]), "no R with ncdf4"))
    func readsInR() throws {
        try inFolder { folder in
            try Toy().write(folder + "/toy.h5")
            let script = """
                library(ncdf4)
                file <- nc_open("\(folder)/toy.h5")
                cat(dim(ncvar_get(file, "electricity_price")), ncvar_get(file, "policy")[8], ncvar_get(file, "load")[1, 9])
                """
            let (status, output) = try shell(["Rscript", "-e", script])
            #expect(status == 0)
            #expect(output == "4 6 66 site0/doubled 2.6e+09", "\(output)")
        }
    }

    @Test(.enabled(if: works(["octave", "--no-gui", "--quiet", "--eval", "pkg load netcdf"]), "no Octave with netcdf"))
    func readsInOctave() throws {
        try inFolder { folder in
            try Toy().write(folder + "/toy.h5")
            let script = """
                pkg load netcdf;
                printf("%d ", size(ncread("\(folder)/toy.h5", "electricity_price")));
                policy = ncread("\(folder)/toy.h5", "policy");
                printf("%s", policy(:, 8));
                """
            let (status, output) = try shell(["octave", "--no-gui", "--quiet", "--eval", script])
            #expect(status == 0)
            #expect(output == "4 6 66 site0/doubled", "\(output)")
        }
    }
}
