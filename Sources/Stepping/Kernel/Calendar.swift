import WorldModel

/// The year of 365 days and the days of it that are cleared.
struct Calendar: Sendable {
    /// Days of the year that are cleared, ascending; each weighs `weight` days.
    let clearedDays: [Int]
    /// 365 over the number of cleared days.
    let weight: Double
    /// The month (0...11) of each day.
    let month: [Int]
    /// 0 on a weekday, 1 on a weekend, of each day: every year has the weekdays of the start's.
    let daytype: [Int]

    /// The days floor((n + 1/2) 365 / N): equal weights, and months and weekdays keep their share.
    init(days N: Int, start: Int) {
        clearedDays = Calendar.clearedDays(N)
        weight = 365 / Double(N)
        let lengths = CivilDate.monthLengths
        month = lengths.indices.flatMap { Array(repeating: $0, count: lengths[$0]) }
        // Sakamoto's rule for 1 January, 0 = Sunday.
        let before = start - 1
        let firstWeekday = (before + before / 4 - before / 100 + before / 400 + 1) % 7
        daytype = (0..<365).map { [0, 6].contains((firstWeekday + $0) % 7) ? 1 : 0 }
    }

    /// The days of a year that are cleared when N are.
    static func clearedDays(_ N: Int) -> [Int] { (0..<N).map { (2 * $0 + 1) * 365 / (2 * N) } }

    /// The 8760 hours of a profile of [month][daytype][hour].
    func hours(of profile: [Double]) -> [Double] {
        (0..<365).flatMap { day in
            let first = (month[day] * 2 + daytype[day]) * 24
            return profile[first..<first + 24]
        }
    }

    /// A monthly series interpolated to a day between the middles of months.
    func interpolate(_ monthly: (Int) -> Double, day: Int) -> Double {
        let lengths = [31.0, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var firstDay = 0.0
        for earlier in 0..<month[day] { firstDay += lengths[earlier] }
        let here = month[day]
        let offset = Double(day) + 0.5 - (firstDay + lengths[here] / 2)
        let other = offset < 0 ? (here + 11) % 12 : (here + 1) % 12
        let share = abs(offset) / ((lengths[here] + lengths[other]) / 2)
        return monthly(here) * (1 - share) + monthly(other) * share
    }
}
