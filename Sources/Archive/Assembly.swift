import Branching
import Dispatch
import Foundation
import WorldModel

/// Makes one dense archive of the parts of a run.
///
/// The blocks of eight samples pass one after the other, so that memory doesn't grow with the number of samples.
/// Workers compress; the library's queue only reads parts and writes finished chunks, in one fixed order.
public struct Assembly: Sendable {
    /// The version of the archive's format.
    public static let formatVersion = 1
    static let format = "worldlines archive"
    /// The size that a chunk should not exceed, unless one world line alone does.
    static let chunkBytes = 256 * 1024

    private let parts: PartsFolder
    private let layout: ArchiveLayout
    private let archive: String
    private let workers: Int

    /// An assembly of the parts of a run, or of a search whose policies the layout's study lists, into a file at `archive`.
    public init(
        parts: PartsFolder, layout: ArchiveLayout, archive: String,
        workers: Int = ProcessInfo.processInfo.activeProcessorCount
    ) {
        self.parts = parts
        self.layout = layout
        self.archive = archive
        self.workers = workers
    }

    /// Writes the archive under a temporary name and renames it.
    ///
    /// - Parameter progress: is called after every block with the blocks done and their number.
    /// - Throws: `ArchiveError`, naming the part where one is damaged or missing.
    public func run(progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }) throws {
        let missing = parts.missing(of: layout)
        if let first = missing.first {
            throw ArchiveError.missingParts(
                folder: parts.path, first: parts.description.isOfSearch ? first.node.name : parts.name(of: first),
                count: missing.count)
        }
        let folder = Durable.split(archive).folder
        for name in try Durable.names(in: folder)
        where name.hasPrefix(".\(Durable.split(archive).name).") && Durable.isLeftover(name, in: folder) {
            unlink("\(folder)/\(name)")
        }
        try Durable.replace(archive) { temporary in
            let target = try withLibrary { try ArchiveTarget(path: temporary, layout: layout) }
            for block in 0..<layout.blocks {
                let finished = try finish(block, chunkLines: target.chunkLines)
                try withLibrary { try target.write(finished) }
                progress(block + 1, layout.blocks)
            }
            try withLibrary { try target.close() }
        }
    }

    private func finish(_ block: Int, chunkLines: [Int]) throws -> FinishedBlock {
        let live = layout.live(block: block)
        let width = parts.description.isOfSearch ? live : Seat.perBundle
        let segments = try layout.tree.nodes.map { node in
            let lanes = try parts.segments(of: node, block: block, samples: layout.samples).map(parts.contents)
            return (record: Assembly.woven(lanes.map(\.record)), state: Assembly.woven(lanes.map(\.state)))
        }
        let gather = BlockGather(layout: layout, block: block, records: segments.map(\.record), stride: width)
        var jobs: [(variable: Int, lines: Range<Int>)] = []
        for (variable, lines) in chunkLines.enumerated() where layout.variables[variable].count > 0 {
            for first in Swift.stride(from: 0, to: gather.lines, by: lines) {
                jobs.append((variable, first..<first + lines))
            }
        }
        let work = jobs
        let chunks = parallel(work.count, workers: workers) { job in
            FinishedBlock.Chunk(
                item: work[job].variable, first: gather.firstLine + work[job].lines.lowerBound,
                bytes: Deflate.chunk(gather.values(of: work[job].variable, lines: work[job].lines)))
        }
        let outcomes = parallel(gather.lines, workers: workers) { line in gather.outcomes(line: line) }
        let kept = layout.keptNodes
        let stateChunks = parallel(kept.count, workers: workers) { item in
            stateColumns(
                segments[kept[item].index].state, layout: layout, lanes: min(Seat.perBundle, layout.samples),
                live: live,
                stride: width)
        }
        return FinishedBlock(
            block: block, chunks: chunks, firstLine: gather.firstLine, outcomes: outcomes, states: stateChunks)
    }

    /// The numbers of single lanes, lane by lane in turn.
    private static func woven(_ lanes: [[Double]]) -> [Double] {
        if lanes.count == 1 { return lanes[0] }
        return lanes[0].indices.flatMap { element in lanes.map { $0[element] } }
    }
}

extension PartsFolder {
    /// What an archive needs of a node and a block of eight samples: one segment of a run, or one a sample of a search.
    fileprivate func segments(of node: Tree.Node, block: Int, samples: Int) -> [SegmentName] {
        let whole = SegmentName(node, block: block, of: samples)
        return description.isOfSearch ? whole.samples.map { SegmentName(node, samples: $0..<$0 + 1) } : [whole]
    }

    /// The segments of an archive that the folder hasn't.
    func missing(of layout: ArchiveLayout) -> [SegmentName] {
        (0..<layout.blocks).flatMap { block in
            layout.tree.nodes.flatMap { node in
                segments(of: node, block: block, samples: layout.samples).filter { !holds($0) }
            }
        }
    }
}

/// The columns of a state as [sample][entity], lanes that no sample fills marked as never written.
private func stateColumns(
    _ state: [Double], layout: ArchiveLayout, lanes: Int, live: Int, stride: Int
) -> [FinishedBlock.StateColumn] {
    var offset = 0
    return layout.stateColumns.filter { $0.count > 0 }.map { column in
        var values = [Double](repeating: NetCDFWriter.fill, count: lanes * column.count)
        for lane in 0..<live {
            for entity in 0..<column.count {
                values[lane * column.count + entity] = state[(offset + entity) * stride + lane]
            }
        }
        offset += column.count
        return layout.isDeflated(column)
            ? .deflated(Deflate.chunk(values)) : .plain(Array(values.prefix(live * column.count)), samples: live)
    }
}

/// The compressed contents of a block of samples, in the order in which they are written.
struct FinishedBlock: Sendable {
    struct Chunk: Sendable {
        let item: Int
        let first: Int
        let bytes: [UInt8]
    }

    enum StateColumn: Sendable {
        case deflated([UInt8])
        case plain([Double], samples: Int)
    }

    let block: Int
    let chunks: [Chunk]
    let firstLine: Int
    let outcomes: [[Double]]
    /// For every kept node, every column.
    let states: [[StateColumn]]
}

/// The records of all nodes of a block, seen as world lines.
struct BlockGather: Sendable {
    let layout: ArchiveLayout
    let firstLine: Int
    let lines: Int
    private let block: Int
    private let records: [[Double]]
    private let offsets: [Int]
    private let width: Int
    /// The lanes of a record.
    private let stride: Int

    init(layout: ArchiveLayout, block: Int, records: [[Double]], stride: Int = Seat.perBundle) {
        self.stride = stride
        self.layout = layout
        self.block = block
        self.records = records
        offsets = layout.recordOffsets
        width = layout.recordWidth
        firstLine = Seat.perBundle * block * layout.tree.policies.count
        lines = layout.live(block: block) * layout.tree.policies.count
    }

    /// A variable of these lines of the block as [line][year][entity]; lines that no sample fills are never written.
    func values(of variable: Int, lines: Range<Int>) -> [Double] {
        let count = layout.variables[variable].count
        let size = layout.tree.times.count * count
        var values = [Double](repeating: NetCDFWriter.fill, count: lines.count * size)
        for line in lines where line < self.lines {
            fill(&values, at: (line - lines.lowerBound) * size, variable: variable, line: line)
        }
        return values
    }

    private func fill(_ values: inout [Double], at start: Int, variable: Int, line: Int) {
        let policies = layout.tree.policies.count
        let lane = line / policies
        let count = layout.variables[variable].count
        var index = start
        for node in layout.tree.policies[line % policies].nodes {
            let record = records[node]
            for year in 0..<layout.tree.nodes[node].times.count {
                let from = (year * width + offsets[variable]) * stride + lane
                for entity in 0..<count {
                    values[index] = record[from + entity * stride]
                    index += 1
                }
            }
        }
    }

    /// The outcomes of a line of the block.
    func outcomes(line: Int) -> [Double] {
        let policies = layout.tree.policies.count
        return layout.outcomes.map { outcome in
            outcome.evaluate(
                values(of: outcome.variable, lines: line..<line + 1), Seat.perBundle * block + line / policies,
                line % policies)
        }
    }
}
