// Sorts points into fronts and measures their hypervolume, as bench_optimizer.py asks on stdin, one line a task:
//
//     rank POINTS DIMENSION RANKS        answers with the seconds; RANKS receives an int32 for each point
//     volume POINTS DIMENSION REFERENCE  answers with the seconds and the volume; REFERENCE is the same in each coordinate
//
// POINTS is a file of float64, point after point. Reading and writing are not timed.
import Foundation
import WorldlinesKit

func points(_ path: String, dimension: Int) throws -> PointSet {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    var numbers = [Double](repeating: 0, count: data.count / 8)
    _ = numbers.withUnsafeMutableBytes { data.copyBytes(to: $0) }
    return PointSet(coordinates: numbers, dimension: dimension)
}

func answer(_ line: String) throws -> String {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 4, let dimension = Int(words[2]) else { return "not understood: \(line)" }
    let set = try points(words[1], dimension: dimension)
    let clock = ContinuousClock()
    if words[0] == "rank" {
        var ranks: [Int] = []
        let time = clock.measure { ranks = Domination.ranks(set) }
        let numbers = ranks.map { Int32($0) }
        try numbers.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: words[3]))
        return "\(time / .seconds(1))"
    }
    guard words[0] == "volume", let end = Double(words[3]) else { return "not understood: \(line)" }
    let reference = [Double](repeating: end, count: dimension)
    var volume: Double?
    let time = clock.measure { volume = Hypervolume.of(set, reference: reference) }
    return "\(time / .seconds(1)) \(volume ?? .nan)"
}

while let line = readLine() {
    print(try answer(line))
    fflush(nil)
}
