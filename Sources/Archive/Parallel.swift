import Dispatch
import Synchronization

/// The results of `body` for 0 ..< `count`, in order, made by at most `workers` threads.
func parallel<Value: Sendable>(
    _ count: Int, workers: Int, _ body: @Sendable (Int) -> Value
) -> [Value] {
    let next = Atomic<Int>(0)
    let results = Mutex<[Value?]>(Array(repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: max(1, min(workers, count))) { _ in
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= count { return }
            let value = body(index)
            results.withLock { $0[index] = value }
        }
    }
    return results.withLock { $0.compactMap(\.self) }
}
