import Foundation

/// A temporary folder with a world of two cities, in which the built command is run as a user does.
final class Workshop {
    /// How a command ended.
    struct Ending {
        let status: Int32
        let output: String
        let error: String

        /// stdout as a JSON object.
        var json: [String: Any] {
            get throws { try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:] }
        }
    }

    let folder: URL

    init(files: [String: String] = Workshop.world) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("worldlines-\(UUID().uuidString)")
        for (path, text) in files { try write(text, to: path) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ text: String, to path: String) throws {
        let file = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func read(_ path: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
    }

    func names(in path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path)) ?? []
    }

    /// Runs the command to its end; `watch` is called while it runs.
    func run(_ arguments: [String], watch: (Process) throws -> Void = { _ in }) throws -> Ending {
        let process = Process()
        process.executableURL = try Workshop.command()
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let id = UUID().uuidString
        var handles: [FileHandle] = []
        for name in ["output", "error"] {
            let path = folder.appendingPathComponent(".\(name)-\(id)").path
            guard FileManager.default.createFile(atPath: path, contents: nil),
                let handle = FileHandle(forWritingAtPath: path)
            else { throw CocoaError(.fileNoSuchFile) }
            handles.append(handle)
        }
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        try process.run()
        try watch(process)
        process.waitUntilExit()
        return Ending(
            status: process.terminationStatus, output: try read(".output-\(id)"), error: try read(".error-\(id)"))
    }

    func run(_ arguments: String...) throws -> Ending { try run(arguments) }

    /// Runs the command with what a shell does to its arguments.
    func shell(_ arguments: String) throws -> Ending {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "\(try Workshop.command().path) \(arguments) > .shell-output 2> .shell-error"]
        process.currentDirectoryURL = folder
        try process.run()
        process.waitUntilExit()
        return Ending(
            status: process.terminationStatus, output: try read(".shell-output"), error: try read(".shell-error"))
    }

    /// Runs a script of the shell, in which `$W` is the command; SIGTERM after half a minute.
    func script(_ text: String) throws -> Ending {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["30", "/bin/bash", "-c", "exec > .script-output 2> .script-error\n" + text]
        process.environment = ProcessInfo.processInfo.environment.merging(["W": try Workshop.command().path]) { $1 }
        process.currentDirectoryURL = folder
        try process.run()
        process.waitUntilExit()
        return Ending(
            status: process.terminationStatus, output: try read(".script-output"), error: try read(".script-error"))
    }

    /// The table of policies in the parts of an archive's search, as its archive lists them.
    func policiesTable(of archive: String) throws -> String {
        let text = try shell("export \(archive) -o tables")
        guard text.status == 0 else { throw CocoaError(.fileReadUnknown) }
        let rows = try read("tables/outcomes.csv").split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let header = rows[0]
        func column(_ name: String) -> Int { header.firstIndex(of: name) ?? 0 }
        let names = [
            "policy", "lever_cable", "lever_sun", "range_cable_stronger_links_cable_p_nom",
            "range_sun_panel_generators_panel_p_nom",
        ].map(column)
        var table = "policy,cable,sun,cable.stronger.links[cable].p_nom,sun.panel.generators[panel].p_nom\n"
        for row in rows.dropFirst() where row[column("sample")] == "0" {
            let cells = names.map { row[$0] }
            let options = cells[1...2].map { String($0.prefix { $0 != "(" }) }
            table += ([cells[0]] + options + cells[3...]).joined(separator: ",") + "\n"
        }
        return table
    }

    /// The command that was built with these tests.
    private static func command() throws -> URL {
        let folders = CommandLine.arguments.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
        let found = folders.map { $0.appendingPathComponent("worldlines") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        guard let found else { throw CocoaError(.fileNoSuchFile) }
        return found
    }
}

extension Workshop {
    /// Two cities and a cable, two cleared days a year.
    static let world: [String: String] = [
        "world/world.yaml": """
        world: pair
        title: Two cities and a cable
        licence: CC0-1.0
        start: 2026
        currency: USD_2025
        tables:
          carriers: carriers.csv
          buses: buses.csv
          cities: cities.csv
          loads: loads.csv
          generators: generators.csv
          links: links.csv
          data_centres: data_centres.csv
          profiles: profiles.csv
        climate: {model: three_layer, emissions: emissions.csv}
        grid: {network: transport, clearing: hourly, days: 2}
        compute: {allocation: capacity, lead_time: 2 yr, orders: 40 MW/yr}
        economy: {model: ces, discount_rate: 3 %/yr, demand_growth: 1 %/yr}

        """,
        "world/emissions.csv": "year,co2\n2020,40\n2100,20\n",
        "world/carriers.csv": "name,fuel_cost,co2_emissions,weather\ngas,30,0.2,none\nsolar,0,0,sun\n",
        "world/buses.csv": "name,x,y\nnorth,10,50\nsouth,11,48\n",
        "world/cities.csv": "name,bus,x,y,population,gross_product\nAlba,north,10,50,1000000,5e10\n"
            + "\"Borgo, Sud\",south,11,48,500000,2e10\n",
        "world/loads.csv": "name,bus,p_set\nalba,north,900\nborgo,south,400\n",
        "world/generators.csv": "name,bus,carrier,p_nom,efficiency,marginal_cost,capital_cost,profile\n"
            + "turbine,north,gas,1600,0.5,2,60000,\npanel,south,solar,900,1,0,40000,sun\npeaker,south,gas,700,0.35,5,50000,\n",
        "world/links.csv": "name,bus0,bus1,p_nom,p_min_pu,capital_cost\ncable,north,south,300,-1,20000\n",
        "world/data_centres.csv": "name,city,capacity,order_share,capital_cost\none,Alba,50,0.5,1000000\n"
            + "two,\"Borgo, Sud\",20,0.5,1000000\n",
        "world/profiles.csv": "profile,area,month,daytype,hour,value\ntemperature,,,,,15\n"
            + (0..<24).map { "sun,,,,\($0),\($0 >= 6 && $0 < 18 ? "0.4" : "0")\n" }.joined(),
        "world/studies/cable.yaml": """
        study: cable
        question: Should the cable be doubled?
        world: ..
        years: 2026-2030
        seed: 7
        samples: 8
        levers:
          cable:
            planned: {}
            doubled:
              links[cable].p_nom: {times: 2}
        decisions:
          - {year: 2028, lever: cable}
        uncertainties:
          climate.ecs: {uniform: [2.0, 5.0], unit: K}
          economy.demand_growth: {triangular: [0.2, 0.8, 2.0], unit: "%/yr"}
        outcomes:
          cost: {of: system_cost, over_time: discounted_sum, minimize: true}
          emitted: {of: co2_emissions, over_time: sum, minimize: true}
          share: {of: compute_served, over_cities: share_outside, cities: [Alba], over_time: mean, maximize: true}

        """,
    ]
}
