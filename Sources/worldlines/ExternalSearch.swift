import Foundation
import Optimizer
import WorldModel

/// Lets another program search: it asks for policies on stdin, one JSON object a line, and is told on stdout.
struct ExternalSearch {
    let space: StudySpace
    let objectives: StudyObjectives

    private struct Gene: Encodable {
        let name: String
        var options: [String]?
        var lower: Double?
        var upper: Double?
        var unit: String?
    }

    private struct Objective: Encodable {
        let name: String
        let unit: String
        let minimize: Bool
    }

    private struct Limit: Encodable {
        let name: String
        let unit: String
        var atLeast: Double?
        var atMost: Double?

        enum CodingKeys: String, CodingKey {
            case name, unit
            case atLeast = "at_least"
            case atMost = "at_most"
        }
    }

    private struct Greeting: Encodable {
        let protocolVersion = 1
        let study: String
        let samples: Int
        let genes: [Gene]
        let objectives: [Objective]
        let limits: [Limit]

        enum CodingKeys: String, CodingKey {
            case study, samples, genes, objectives, limits
            case protocolVersion = "protocol"
        }
    }

    private struct Request: Decodable {
        let evaluate: [[String: ChosenValue]]?
        let finish: Bool?
    }

    private struct Told: Encodable {
        /// In their own units and directions.
        let objectives: [String: Double]
        /// All to be small, in the order of the greeting.
        let minimized: [Double]
        let violation: Double
    }

    private struct Answer: Encodable {
        let evaluations: [Told]
    }

    /// Answers until the other program finishes or closes its end.
    func serve(_ evaluate: ([ListedPolicy]) throws -> [Evaluation]) throws -> SearchOutcome {
        try put(greeting)
        var rounds = 0
        while let line = readLine() {
            if line.allSatisfy(\.isWhitespace) { continue }
            let request: Request
            let policies: [ListedPolicy]
            do {
                request = try JSONDecoder().decode(Request.self, from: Data(line.utf8))
                if request.finish == true { break }
                guard let asked = request.evaluate else {
                    try refuse("an object needs `evaluate`, a list of policies, or `finish`: true")
                    continue
                }
                policies = try asked.map { try space.policy(choosing: $0) }
            } catch let error as ChoiceError {
                try refuse(error.description)
                continue
            } catch is DecodingError {
                try refuse("not a JSON object with `evaluate`, a list of objects of numbers and texts, or `finish`")
                continue
            }
            let evaluations = try evaluate(policies)
            rounds += 1
            try put(
                Answer(
                    evaluations: evaluations.map { evaluation in
                        let values = evaluation.objectives.enumerated().map { objectives.natural($0, $1) }
                        return Told(
                            objectives: Dictionary(
                                zip(objectives.names, values), uniquingKeysWith: { first, _ in first }),
                            minimized: evaluation.objectives, violation: evaluation.violation)
                    }))
        }
        return SearchOutcome(generations: rounds, end: "finished")
    }

    private var greeting: Greeting {
        let study = space.study
        let names = study.decisionNames
        let choices = study.decisions.enumerated().map { index, decision in
            Gene(name: names[index], options: study.levers[decision.lever].options)
        }
        let ranges = study.ranges.map {
            Gene(name: $0.name, lower: $0.range.lower, upper: $0.range.upper, unit: $0.range.unit)
        }
        return Greeting(
            study: study.name, samples: study.samples, genes: choices + ranges,
            objectives: objectives.objectives.map {
                let outcome = study.outcomes[$0]
                return Objective(name: outcome.name, unit: outcome.unit, minimize: outcome.minimize)
            },
            limits: study.outcomes.filter { $0.limits != -Double.infinity...Double.infinity }.map { outcome in
                let (least, most) = (outcome.limits.lowerBound, outcome.limits.upperBound)
                return Limit(
                    name: outcome.name, unit: outcome.unit, atLeast: least.isFinite ? least : nil,
                    atMost: most.isFinite ? most : nil)
            })
    }

    private func refuse(_ reason: String) throws { try put(["error": reason]) }

    private func put(_ value: some Encodable) throws {
        Console.put(try Console.text(json: value, inOneLine: true))
        // A program that can't hear the answer would wait for it for ever.
        if let failure = Console.failure { throw failure }
    }
}
